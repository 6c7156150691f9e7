import type { AnyFailure, FailureJson, Json, Outcome } from '@heddle/core'
import { toJson } from '@heddle/core'
import { formatFailure } from './format/failure.ts'
import { columnsOf, type Columns, formatHead, formatRow, type TableRow } from './format/table.ts'
import { formatText } from './format/text.ts'
import { formatYaml } from './format/yaml.ts'
import type { Io } from './io.ts'

export type Format = 'table' | 'json' | 'yaml'

/** Prints an outcome: the value on standard output, errors for people on standard error. */
export async function printOutcome(
  outcome: Outcome<unknown, AnyFailure | FailureJson>,
  format: Format,
  io: Io,
  causes = false,
): Promise<void> {
  if (format === 'json') io.out.write(`${JSON.stringify(toJson(outcome), undefined, io.out.isTTY ? 2 : undefined)}\n`)
  if (format === 'yaml') io.out.write(await formatYaml(toJson(outcome)))
  if (format === 'table' && outcome.ok && outcome.value !== undefined) {
    io.out.write(`${formatText(toJson(outcome.value), io.out.isTTY ? io.out.columns : undefined).join('\n')}\n`)
  }
  if (!outcome.ok) for (const error of outcome.errors) io.err.write(`${formatFailure(error, { causes }).join('\n')}\n`)
}

/** Prints the items of a streamed output as they come: a line of JSON, a YAML document or a row each. */
export function itemPrinter(format: Format, io: Io): (item: unknown) => Promise<void> {
  let columns: Columns | undefined
  return async (item) => {
    const json = toJson(item)
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
