import type { AnyFailure, FailureJson, Json } from '@heddle/core'
import { formatFailure, formatTable, type Io, type TableRow } from '@heddle/serve'

/** Where a command of the tool prints. People get lines; with `--json` programs get the one value. */
export interface Out {
  readonly io: Io
  readonly json: boolean
  readonly verbose: boolean
  /** A line for people; programs do not get it. */
  line(text?: string): void
  /** What the command found: as JSON for programs, as these lines for people. */
  show(value: Json, lines: readonly string[]): void
  /** Records as lines for `show`, as wide as the terminal. */
  table(rows: readonly TableRow[]): string[]
  /** A failure, on standard error; programs get it as the outcome too. */
  fail(errors: readonly (AnyFailure | FailureJson)[]): void
}

/** Prints to these streams. */
export function createOut(io: Io, { json = false, verbose = false } = {}): Out {
  return {
    io,
    json,
    verbose,
    line(text = '') {
      if (!json) io.out.write(`${text}\n`)
    },
    show(value, lines) {
      if (json) io.out.write(`${JSON.stringify(value, undefined, io.out.isTTY ? 2 : undefined)}\n`)
      else if (lines.length > 0) io.out.write(`${lines.join('\n')}\n`)
    },
    table: (rows) => formatTable(rows, { width: io.out.isTTY ? io.out.columns : undefined }),
    fail(errors) {
      if (json) io.out.write(`${JSON.stringify({ ok: false, errors })}\n`)
      for (const error of errors) io.err.write(`${formatFailure(error, { causes: verbose }).join('\n')}\n`)
    },
  }
}
