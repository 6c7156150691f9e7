import { type AnyFailure, type FailureJson, type Json, toJson } from '@heddle/core'
import { formatFailure, formatTable, type Io, type TableRow } from '@heddle/serve'

/** How a command of the tool prints: lines for people, one value for programs. */
export type OutFormat = 'table' | 'json' | 'yaml'

/** Where a command of the tool prints. People get lines; with `--format json` or `yaml` programs get the one value. */
export interface Out {
  readonly io: Io
  readonly format: OutFormat
  readonly verbose: boolean
  /** A line for people; programs do not get it. */
  line(text?: string): void
  /** What the command found: as JSON or YAML for programs, as these lines for people. */
  show(value: Json, lines: readonly string[]): void
  /** Records as lines for `show`, as wide as the terminal. */
  table(rows: readonly TableRow[]): string[]
  /** A failure, on standard error; programs get it as the outcome too. */
  fail(errors: readonly (AnyFailure | FailureJson)[]): void
}

/** What the tool was told about its output. */
export interface OutOptions {
  readonly json?: boolean
  readonly format?: OutFormat
  readonly verbose?: boolean
}

/** Prints to these streams. The library for YAML is loaded when it is asked for: most command lines never do. */
export async function createOut(io: Io, { json = false, format, verbose = false }: OutOptions = {}): Promise<Out> {
  const wanted = format ?? (json ? 'json' : 'table')
  const yaml = wanted === 'yaml' ? await import('yaml') : undefined
  const print = (value: Json, indent?: number) =>
    io.out.write(
      yaml
        ? yaml.stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 })
        : `${JSON.stringify(value, undefined, indent)}\n`,
    )
  return {
    io,
    format: wanted,
    verbose,
    line(text = '') {
      if (wanted === 'table') io.out.write(`${text}\n`)
    },
    show(value, lines) {
      // Through JSON: what has a form of its own there, e.g. a date, has the same in YAML.
      if (wanted !== 'table') print(yaml ? toJson(value) : value, io.out.isTTY ? 2 : undefined)
      else if (lines.length > 0) io.out.write(`${lines.join('\n')}\n`)
    },
    table: (rows) => formatTable(rows, { width: io.out.isTTY ? io.out.columns : undefined }),
    fail(errors) {
      if (wanted !== 'table') print(yaml ? toJson({ ok: false, errors }) : ({ ok: false, errors } as unknown as Json))
      for (const error of errors) io.err.write(`${formatFailure(error, { causes: verbose }).join('\n')}\n`)
    },
  }
}
