import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { type AnyFailure, Issues, loadLibrary, systemFailure } from '@heddle/core'
import type * as hyparquet from 'hyparquet'
import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import type { z } from 'zod'
import { valueCheck } from '../check-value.ts'
import type { BadRecord } from '../decoder.ts'
import { mostTextOfBad } from '../limits.ts'
import { missingOf, typeOfField } from '../missing.ts'
import { jsonLike } from './json-like.ts'

/** What is read of a Parquet file. */
export interface ParquetOptions {
  /** The type of a row; without one, values come as they are. */
  readonly schema?: z.ZodType
  /** The columns to read. @default all */
  readonly columns?: readonly string[]
  /** The row to begin with, from 0. @default 0 */
  readonly rowStart?: number
  /** How many rows a batch holds at most. @default 1000 */
  readonly batchRows?: number
}

/** Rows of a Parquet file. */
export interface ParquetBatch {
  readonly values: unknown[]
  /** Rows that do not have the type; their `line` is the row, counted from 1, and their `byte` 0. */
  readonly bad: readonly BadRecord[]
  /** The row behind the batch: where to go on. */
  readonly nextRow: number
}

/** Values of one column, those of a page at a time. */
interface Piece {
  readonly data: ArrayLike<unknown>
  readonly from: number
}

interface Column {
  readonly name: string
  readonly missing: 'absent' | 'null' | 'given'
  readonly keepsBigints: boolean
}

const compressors = {
  ZSTD: (input: Uint8Array) => zstdDecompressSync(input),
  GZIP: (input: Uint8Array) => gunzipSync(input),
  BROTLI: (input: Uint8Array) => brotliDecompressSync(input),
}

/**
 * Reads the rows of a Parquet file by the library hyparquet, which is loaded at the first use. One row group at a time is
 * in memory, and of it only the columns that are asked for. Times are dates, integers are numbers where those hold them.
 *
 * @throws {Defect} MissingLibrary
 * @throws {Failure} Unavailable, MalformedInput
 * @example
 * for await (const { values, nextRow } of readParquet('flights.parquet', { columns: ['origin', 'delay'] })) { … }
 */
export async function* readParquet(path: string, options: ParquetOptions = {}): AsyncGenerator<ParquetBatch> {
  const { schema, rowStart = 0, batchRows = 1_000 } = options
  const library = await loadLibrary('a Parquet file', 'hyparquet', () => import('hyparquet'))
  const { file, metadata } = await told(path, async () => {
    const opened: AsyncBuffer = await library.asyncBufferFromFile(path)
    return { file: opened, metadata: await library.parquetMetadataAsync(opened) }
  })
  const check = valueCheck(schema, 'json')
  const columns = columnsOf(library.parquetSchema(metadata), path, options)

  let groupStart = 0
  for (const { num_rows } of metadata.row_groups) {
    const groupEnd = groupStart + Number(num_rows)
    const [from, to] = [Math.max(groupStart, rowStart), groupEnd]
    groupStart = groupEnd
    if (from >= to) continue
    const pieces = await told(path, () => readColumns(library, file, metadata, columns, from, to))
    const readers = columns.map((column) => pieceReader(column, pieces.get(column.name) ?? []))
    for (let row = from; row < to;) {
      const nextRow = Math.min(row + batchRows, to)
      const values: unknown[] = []
      const bad: BadRecord[] = []
      for (; row < nextRow; row++) {
        const record: Record<string, unknown> = {}
        for (const read of readers) read(row, record)
        const checked = check === undefined ? record : check.run(record)
        if (checked instanceof Issues) bad.push(badRow(row, values.length, record, check!.failures(checked, record)))
        else values.push(checked)
      }
      yield { values, bad, nextRow }
    }
  }
}

type Library = typeof hyparquet

async function readColumns(
  library: Library,
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly Column[],
  rowStart: number,
  rowEnd: number,
): Promise<Map<string, Piece[]>> {
  const pieces = new Map<string, Piece[]>()
  if (columns.length === 0) return pieces
  await library.parquetRead({
    file,
    metadata,
    compressors,
    columns: columns.map(({ name }) => name),
    rowStart,
    rowEnd,
    onChunk({ columnName, columnData, rowStart: from }) {
      const known = pieces.get(columnName)
      if (known) known.push({ data: columnData, from })
      else pieces.set(columnName, [{ data: columnData, from }])
    },
  })
  return pieces
}

/** Puts the value of a row into its record; rows come one after another. */
function pieceReader({ name, missing, keepsBigints }: Column, pieces: readonly Piece[]) {
  let at = 0
  return (row: number, record: Record<string, unknown>): void => {
    while (at < pieces.length - 1 && row >= pieces[at + 1]!.from) at++
    const piece = pieces[at]
    const value = piece?.data[row - piece.from] ?? null
    if (value === null && missing === 'absent') return
    record[name] = keepsBigints ? value : jsonLike(value)
  }
}

function columnsOf(tree: ReturnType<Library['parquetSchema']>, path: string, options: ParquetOptions): Column[] {
  const { schema, columns } = options
  const known = tree.children.map(({ element }) => element.name)
  const missing = columns?.find((name) => !known.includes(name))
  if (missing !== undefined) throw malformed(`${path} has no column "${missing}", only ${known.join(', ')}`)
  return (columns ?? known).map((name) => {
    const type = typeOfField(schema, name)
    return { name, missing: missingOf(type), keepsBigints: type?._zod.def.type === 'bigint' }
  })
}

function badRow(row: number, index: number, record: object, errors: readonly AnyFailure[]): BadRecord {
  const text = JSON.stringify(record, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  return { index, line: row + 1, byte: 0, text: text.slice(0, mostTextOfBad).toWellFormed(), errors }
}

const malformed = (reason: string, cause?: unknown) =>
  systemFailure('MalformedInput', { format: 'Parquet', reason }, { cause })

/** Says which file it was. */
async function told<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT')
      throw systemFailure('Unavailable', { what: `The file ${path}` }, { cause: thrown })
    throw malformed(`${path}: ${thrown instanceof Error ? thrown.message : String(thrown)}`, thrown)
  }
}
