import { type Json, systemFailure } from '@heddle/core'
import { JsonBatch, jsonDecoder } from '../json-batch.ts'
import type { PartitionReader, SourceBatch, SourceHost } from '../source.ts'
import { Waiting } from '../waiting.ts'

/** A page that was asked for. */
export interface Page {
  readonly items: readonly unknown[]
  /** Where the next page begins; missing where there is none now. */
  readonly next?: Json
  /** What to hand on with the next question, e.g. an ETag. */
  readonly mark?: Json
}

/** How pages are asked for. */
export interface Paging {
  /** @returns undefined where nothing has changed since the mark */
  fetch(cursor: Json | undefined, mark: Json | undefined, signal: AbortSignal): Promise<Page | undefined>
  /** How long to wait when there is nothing more; missing for what ends then. */
  readonly everyMs?: number
  /** Whether the same cursor gives the same items again. */
  readonly isStable: boolean
  /** For messages, e.g. `https://example.org/items`. */
  readonly name: string
}

/** Where pages were read to: so many items of the page at this cursor. */
type Position = { readonly cursor?: Json; readonly done: number; readonly mark?: Json }

/** Reads items page by page, and asks again at an interval. */
export function pagedReader(paging: Paging, host: SourceHost, position: Json | undefined): PartitionReader {
  const { everyMs, isStable, name } = paging
  const { ports, signal } = host
  const decoder = jsonDecoder(host)
  const waiting = new Waiting(signal)
  const closing = new AbortController()
  const over = AbortSignal.any([signal, closing.signal])
  const told = position as Position | undefined
  let cursor = told?.cursor
  let mark = told?.mark
  let done = isStable ? (told?.done ?? 0) : 0
  let page: Page | undefined
  let isEnd = false
  let running: Promise<unknown> = Promise.resolve()

  const turn = (): void => {
    mark = page!.mark
    if (page!.next === undefined) {
      if (everyMs === undefined) isEnd = true
      // The last page of a stable list is asked for again: what was added stands behind what was read.
      if (!isStable) done = 0
    } else {
      cursor = page!.next
      done = 0
    }
  }

  const rest = async (): Promise<void> => {
    const cancel = ports.timers.after(everyMs!, waiting.wake)
    await waiting.wait()
    cancel()
  }

  const read = async (max: number): Promise<SourceBatch | undefined> => {
    while (!waiting.isOver && !isEnd) {
      page ??= await asked()
      if (page === undefined) {
        if (everyMs === undefined) return undefined
        await rest()
        continue
      }
      const items = page.items.slice(done, done + max)
      const from = done
      done += items.length
      if (items.length === 0) {
        const isLast = page.next === undefined
        turn()
        page = undefined
        if (isLast && !isEnd) await rest()
        continue
      }
      const batch = new JsonBatch()
      for (const [index, item] of items.entries()) {
        const place = cursor === undefined ? '' : `${JSON.stringify(cursor)}/`
        batch.add(JSON.stringify(item) ?? 'null', { origin: `${name}#${place}${from + index}` })
      }
      const at: Position = { ...(cursor !== undefined && { cursor }), done, ...(mark !== undefined && { mark }) }
      return { ...batch.decode(decoder), position: at as unknown as Json }
    }
    return undefined
  }

  const asked = async (): Promise<Page | undefined> => {
    try {
      return await paging.fetch(cursor, mark, over)
    } catch (thrown) {
      if (waiting.isOver) return undefined
      throw thrown
    }
  }

  return {
    read(max) {
      const reading = read(max)
      running = reading.catch(() => undefined)
      return reading
    },
    async close() {
      waiting.end()
      closing.abort()
      await running
    },
  }
}

/** The items of an answer. @throws {Failure} InvalidValue where there is no list */
export function listIn(value: unknown, name: string, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[]
  throw systemFailure('Unavailable', { what: name }, { message: `${name} gave no list at \`${where}\`.` })
}
