import { type Json, systemFailure } from '@heddle/core'
import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { type ParquetBatch, type ParquetOptions, readParquet } from '../../decode/files/read-parquet.ts'
import type { PartitionReader, SourceBatch, SourceHost, UnreadRecord } from '../source.ts'

interface Position {
  /** The next row, from 0. */
  readonly row: number
  /** The size of the file, by which another one in its place is found out. */
  readonly bytes: number
}

/** So many rows are decoded at a time. */
const batchRows = 1000

/** Reads the rows of a Parquet file; of `needed` fields only their columns. @param name how places in it are told */
export function parquetFile(path: string, name: string, host: SourceHost, position: Json | undefined): PartitionReader {
  const told = position as Position | undefined
  let row = told?.row ?? 0
  let bytes: number | undefined
  let batches: AsyncGenerator<ParquetBatch> | undefined
  let rest: Rest | undefined
  let isClosed = false

  const open = async () => {
    bytes = (await stat(path).catch(() => undefined))?.size
    if (bytes === undefined) throw systemFailure('Unavailable', { what: `The file ${path}` })
    if (told && told.bytes !== bytes) {
      throw systemFailure('FileReplaced', { path, reason: `it holds ${bytes} bytes instead of ${told.bytes}` })
    }
    return readParquet(path, { ...columnsOf(host), rowStart: row, batchRows })
  }

  return {
    async read(max) {
      if (isClosed) return undefined
      batches ??= await open()
      while (!rest || rest.left === 0) {
        const next = await batches.next()
        if (next.done === true || isClosed) return undefined
        rest = new Rest(next.value, name)
      }
      const taken = rest.take(max)
      const lines = { of: name, first: row + 1 }
      row += taken.values.length + (taken.unread?.length ?? 0)
      return { ...taken, lines, position: { row, bytes: bytes! } }
    },
    async close() {
      isClosed = true
      await batches?.return(undefined)
    },
  }
}

/** What is left of a batch. */
class Rest {
  readonly #batch: ParquetBatch
  readonly #name: string
  #values = 0
  #bad = 0

  constructor(batch: ParquetBatch, name: string) {
    this.#batch = batch
    this.#name = name
  }

  get left(): number {
    const { values, bad } = this.#batch
    return values.length - this.#values + bad.length - this.#bad
  }

  take(max: number): Omit<SourceBatch, 'position'> {
    const { values, bad } = this.#batch
    const from = this.#values
    const unread: UnreadRecord[] = []
    for (let count = Math.min(max, this.left); count > 0; count--) {
      const next = bad[this.#bad]
      if (next?.index !== this.#values) {
        this.#values++
        continue
      }
      this.#bad++
      const errors = next.errors.map(({ code, message, path }) => ({
        code,
        message,
        path: path as (string | number)[],
      }))
      unread.push({ index: this.#values - from, origin: `${this.#name}:${next.line}`, input: next.text, errors })
    }
    return { values: values.slice(from, this.#values), ...(unread.length > 0 && { unread }) }
  }
}

/** Which columns are read, and what is checked of them. */
function columnsOf({ schema, decode, needed }: SourceHost): Pick<ParquetOptions, 'schema' | 'columns'> {
  if (decode === 'whole') return {}
  const isPart = decode === 'needed' && needed?.every((path) => path.length > 0)
  if (!isPart) return { schema }
  const columns = [...new Set(needed!.map(([field]) => field!))]
  if (!(schema instanceof z.ZodObject)) return { schema, columns }
  return { columns, schema: schema.pick(Object.fromEntries(columns.map((column) => [column, true])) as never) }
}
