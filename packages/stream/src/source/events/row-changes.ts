import { type FedEvent, type Json, systemFailure } from '@heddle/core'
import { type AnyEntity, type Database } from '@heddle/data'
import type { PartitionReader, SourceBatch, SourceHost } from '../source.ts'
import { EventPages } from './event-pages.ts'

type Rec = Readonly<Record<string, unknown>>
type RowKey = string | number

/** Where a source of changes stands. */
type Position = {
  /** Every event up to this offset is told, as far as it speaks of rows that were told. */
  readonly events: number
  /** Of the next event, whether what it withdraws was told. */
  readonly half?: true
  /** While the rows are copied: the last key that was told, null before the first, and when copying began. */
  readonly copied?: { readonly key: RowKey | null; readonly at: number }
}

/** A row that is there, or one that is there no more. */
interface Told {
  readonly value: Rec
  readonly weight: 1 | -1
  readonly time: number
}

/** So many rows are copied at a time (limit `changesSource.page`). */
const pageLimit = 500

/**
 * The rows of an entity, and then what becomes of them, without a gap and without a double. Rows are copied page by page
 * while they change: what happened between the page before and this one is read behind it, so a row of the page is told as the
 * newest of both, changes of rows that were told already are told as such, and those of later pages are left to them.
 *
 * Source: Andreakis and Papapanagiotou, DBLog: A Watermark Based Change-Data-Capture Framework, 2020; the offset of the
 * newest event stands for its watermarks, as an embedded database writes a record and its event at once.
 */
export function rowChanges(
  entity: AnyEntity,
  names: { readonly inserted: string; readonly updated: string; readonly deleted: string },
  database: Database,
  host: SourceHost,
  position: Json | undefined,
  copies: boolean,
): PartitionReader {
  const { table, codec, keyIndex } = entity
  const tenant = host.tenant ?? 'main'
  const pages = new EventPages(host, [names.inserted, names.updated, names.deleted])
  const keyOf = (value: Rec) => value[table.key] as RowKey
  let at = position as Position | undefined
  let isChecked = at === undefined

  /** What an event says, as rows that come and go. */
  const toldBy = ({ name, data, at: time, unreadable, offset }: FedEvent): Told[] => {
    if (unreadable !== undefined) {
      throw systemFailure('ChangesLost', {
        where: entity.name,
        reason: `the event ${offset} cannot be read: ${unreadable}`,
      })
    }
    const { record, before } = data as { readonly record: Rec; readonly before?: Rec }
    const isThere = (value: Rec) => value['deletedAt'] === undefined
    const gone: Told[] = before && isThere(before) ? [{ value: before, weight: -1, time }] : []
    if (name === names.deleted) {
      // What is removed for good after it was deleted softly has been withdrawn then.
      if (before) return gone
      return isThere(record) ? [{ value: record, weight: -1, time }] : []
    }
    return [...gone, ...(isThere(record) ? [{ value: record, weight: 1, time } as const] : [])]
  }

  const batchOf = (told: readonly Told[], next: Position): SourceBatch => {
    at = next
    return {
      values: told.map(({ value }) => value),
      times: told.map(({ time }) => time),
      keys: told.map(({ value }) => keyOf(value)),
      ...(told.some(({ weight }) => weight === -1) && { weights: told.map(({ weight }) => weight) }),
      position: next as unknown as Json,
    }
  }

  const copyPage = async (max: number, { events, copied }: Position): Promise<SourceBatch> => {
    const { key: last, at: time } = copied!
    const limit = Math.min(max, pageLimit)
    const order = [{ column: table.key, descending: false }]
    const after = last === null ? undefined : [last]
    const rows = await database.find(table, tenant, { where: undefined, order, after, limit })
    const upTo = await pages.feed.last()
    const isLast = rows.length < limit
    const end = isLast ? undefined : (rows.at(-1)![keyIndex + 1] as RowKey)
    const told: Told[] = []
    const changed = new Map<RowKey, Told | undefined>()
    for (let from = events; from < upTo;) {
      const page = await pages.now(from, 1000)
      for (const event of page.events) {
        if (event.offset > upTo) break
        for (const one of toldBy(event)) {
          const key = keyOf(one.value)
          if (last !== null && compareKeys(key, last) <= 0) told.push(one)
          else if (end === undefined || compareKeys(key, end) <= 0) changed.set(key, one.weight === 1 ? one : undefined)
        }
      }
      from = page.events.length < 1000 ? upTo : page.events.at(-1)!.offset
    }
    for (const row of rows) {
      const value = codec.decode(row)
      if (changed.has(keyOf(value)) || value['deletedAt'] !== undefined) continue
      told.push({ value, weight: 1, time })
    }
    for (const one of changed.values()) if (one) told.push(one)
    return batchOf(told, isLast ? { events: upTo } : { events: upTo, copied: { key: end!, at: time } })
  }

  const follow = async (max: number, { events, half }: Position): Promise<SourceBatch | undefined> => {
    const page = await pages.next(events, Math.max(1, Math.floor(max / 2)))
    if (!page) return undefined
    const told = page.events.flatMap((event, index) => toldBy(event).slice(half && index === 0 ? 1 : 0))
    if (told.length <= max) return batchOf(told, { events: page.upTo })
    // One event of two rows, and only one is asked for.
    return batchOf(told.slice(0, 1), { events: page.events[0]!.offset - 1, half: true })
  }

  return {
    async read(max) {
      at ??= { events: await pages.feed.last(), ...(copies && { copied: { key: null, at: host.ports.clock.now() } }) }
      if (!isChecked) await pages.check(at.events, entity.name)
      isChecked = true
      while (!pages.isOver) {
        const batch = at.copied ? await copyPage(max, at) : await follow(max, at)
        if (batch === undefined || batch.values.length > 0) return batch
      }
      return undefined
    },
    lag: () => ({ records: pages.behind }),
    close: () => pages.close(),
  }
}

/** As databases order keys: text by code point, which is the order of its bytes. */
function compareKeys(left: RowKey, right: RowKey): number {
  if (typeof left === 'number') return left - (right as number)
  return Buffer.compare(Buffer.from(left), Buffer.from(String(right)))
}
