import type { AnyFailure, FailureJson, Json, Outcome } from '@heddle/core'
import { toJson } from '@heddle/core'
import { formatFailure } from './format/failure.ts'
import type { Selection } from './format/select.ts'
import { columnsOf, type Columns, formatHead, formatRow, type TableRow } from './format/table.ts'
import { formatText } from './format/text.ts'
import { formatYaml } from './format/yaml.ts'
import type { Io } from './io.ts'

export type Format = 'table' | 'json' | 'yaml'

/** What else is known of how an outcome is printed. */
export interface PrintOptions {
  /** Also causes and stacks. */
  readonly causes?: boolean
  readonly selection?: Selection
}

/** Prints an outcome: the value on standard output, errors for people on standard error. */
export async function printOutcome(
  outcome: Outcome<unknown, AnyFailure | FailureJson>,
  format: Format,
  io: Io,
  { causes = false, selection }: PrintOptions = {},
): Promise<void> {
  const isSelected = selection && outcome.ok && outcome.value !== undefined
  const whole = toJson(outcome)
  const shown = isSelected ? { ok: true, value: selection.nested(toJson(outcome.value)) } : whole
  if (format === 'json') io.out.write(`${JSON.stringify(shown, undefined, io.out.isTTY ? 2 : undefined)}\n`)
  if (format === 'yaml') io.out.write(await formatYaml(shown))
  if (format === 'table' && outcome.ok && outcome.value !== undefined) {
    const value = toJson(outcome.value)
    const width = io.out.isTTY ? io.out.columns : undefined
    io.out.write(`${formatText(selection ? selection.flat(value) : value, width).join('\n')}\n`)
  }
  if (!outcome.ok) for (const error of outcome.errors) io.err.write(`${formatFailure(error, { causes }).join('\n')}\n`)
}

/** Prints the items of a streamed output as they come: a line of JSON, a YAML document or a row each. */
export function itemPrinter(format: Format, io: Io, selection?: Selection): (item: unknown) => Promise<void> {
  let columns: Columns | undefined
  return async (item) => {
    const whole = toJson(item)
    const json = !selection ? whole : format === 'table' ? selection.flat(whole) : selection.nested(whole)
    if (format === 'json') io.out.write(`${JSON.stringify({ item: json })}\n`)
    else if (format === 'yaml') io.out.write(`---\n${await formatYaml({ item: json })}`)
    else if (isRow(json)) {
      // Later items are not known yet, so the first one decides the columns; a wider cell is cut.
      if (!columns) {
        columns = roomy(columnsOf([json], io.out.isTTY ? io.out.columns : undefined))
        io.out.write(`${formatHead(columns)}\n`)
      }
      io.out.write(`${formatRow(json, columns)}\n`)
    } else io.out.write(`${formatText(json).join('\n')}\n`)
  }
}

/** A little more room than the first item takes. */
const roomy = (columns: Columns): Columns => ({
  ...columns,
  widths: columns.widths.map((width) => Math.max(width, 12)),
})

const isRow = (value: Json): value is TableRow => typeof value === 'object' && value !== null && !Array.isArray(value)
