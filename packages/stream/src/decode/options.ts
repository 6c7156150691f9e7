import type { z } from 'zod'
import type { DecodeFormat, DecodeMode } from './decoder.ts'

/** How CSV is written. */
export interface CsvOptions {
  /** One character. @default ',' */
  readonly delimiter?: string
  /** What a field stands in that holds delimiters, quotes or line feeds; inside it stands twice. @default '"' */
  readonly quote?: string
  /** Whether the first record names the columns. @default true */
  readonly header?: boolean
  /** The names of the columns where no header tells them. @default the fields of the schema */
  readonly columns?: readonly string[]
}

/** What is decoded, and how thoroughly. */
export interface DecoderOptions {
  readonly format: DecodeFormat
  /** The type of a record; without one, nothing is checked but the text. */
  readonly schema?: z.ZodType
  /** @default 'strict' */
  readonly mode?: DecodeMode
  /** With `needed`: the paths of the fields that are read, without the leading `it`. */
  readonly needed?: readonly (readonly string[])[]
  readonly csv?: CsvOptions
  /** A longer line is a bad record; its rest is skipped without being held. @default 1 MiB (1048576) */
  readonly maxLineBytes?: number
  /** How deep objects and lists may be nested. @default 64 */
  readonly maxDepth?: number
}
