import { createHash } from 'node:crypto'
import type { AnyFailure } from 'heddle'

/** One row of a file: what it holds, or why that cannot be said. Rows count from 1. */
export type Row =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly text: string; readonly errors: readonly AnyFailure[] }

/** A file that was read, row by row. */
export interface Source {
  /** The file's name: a part of each flight's identity. */
  readonly name: string
  /** SHA-256 of the file's bytes. */
  readonly hash: string
  readonly rows: readonly Row[]
}

/** SHA-256 in hexadecimal digits. */
export const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
