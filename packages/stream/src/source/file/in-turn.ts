import type { Json } from '@heddle/core'
import type { PartitionReader, SourceBatch } from '../source.ts'
import { Waiting } from '../waiting.ts'

/** Where one stands in files that are read one after the other. */
interface TurnPosition {
  readonly file: string
  /** Where in it; missing once it was read to its end. */
  readonly at?: Json
}

/** What files in turn need. */
export interface TurnOptions {
  /** The names of the files that are there, in order. */
  files(): Promise<readonly string[]>
  open(file: string, position: Json | undefined): PartitionReader
  /** Waits for more files after the last one. */
  readonly follow: boolean
  readonly signal: AbortSignal
}

/**
 * Reads files one after the other, in the order of their names. Of those that come later only the ones with a greater name
 * are read. `wake` says that there may be others.
 */
export function inTurn(
  { files, open, follow, signal }: TurnOptions,
  position: TurnPosition | undefined,
): PartitionReader & { wake(): void } {
  const waiting = new Waiting(signal)
  let last = position?.at === undefined ? position?.file : undefined
  let now: { readonly file: string; readonly reader: PartitionReader } | undefined
  if (position?.at !== undefined) now = { file: position.file, reader: open(position.file, position.at) }
  let running: Promise<unknown> = Promise.resolve()

  const read = async (max: number): Promise<SourceBatch | undefined> => {
    while (!waiting.isOver) {
      if (!now) {
        const file = (await files()).find((name) => last === undefined || name > last)
        if (file !== undefined) now = { file, reader: open(file, undefined) }
        else if (follow) {
          await waiting.wait()
          continue
        } else return undefined
      }
      const { file, reader } = now
      const batch = await reader.read(max)
      if (batch) return { ...batch, position: { file, at: batch.position } }
      if (waiting.isOver) return undefined
      await reader.close()
      last = file
      now = undefined
    }
    return undefined
  }

  return {
    wake: waiting.wake,
    read(max) {
      const reading = read(max)
      running = reading.catch(() => undefined)
      return reading
    },
    async close() {
      waiting.end()
      await now?.reader.close()
      await running
    },
  }
}
