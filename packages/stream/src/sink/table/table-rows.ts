import { isPromise, type Maybe, nextTurn, systemFailure } from '@heddle/core'
import type { AnyEntity, Database, Row, Write } from '@heddle/data'
import type { OpenSink, SinkHost, SinkRecord } from '../sink.ts'
import { rowChecker, rowOf } from './row-entity.ts'
import { type RowKey, rowKeyOf } from './row-key.ts'
import { isOfNewest, isOlderWindow } from './window-order.ts'

/** A table asks for a checkpoint once so many rows of an epoch are in memory (limit `tableSink.rows`). */
export const tableRowLimit = 50_000

type RowRecord = Readonly<Record<string, unknown>>

/** What becomes of a row in an epoch. */
interface Change {
  /** What stands there at its end; missing where it goes. */
  readonly row: RowRecord | undefined
  /** What was withdrawn, where a row stands for many windows: another one than those may be in the table. */
  readonly withdrawn?: RowRecord[]
}

/**
 * The rows of an epoch, each once: what it is at the end of the epoch. They are written in the unit of work that holds the
 * checkpoint, so that table and checkpoint are never apart. Where a row shows the newest of many windows, it is compared with
 * the one in the table, too.
 */
export function tableRows(entity: AnyEntity, key: RowKey, database: Database, host: SinkHost): OpenSink {
  const { tenant = 'main', refuse } = host
  const { table, codec } = entity
  const fault = rowChecker(entity)
  const isComparing = isOfNewest(key)
  const epochs = new Map<number, Map<string | number, Change>>()

  const take = (changes: Map<string | number, Change>, record: SinkRecord) => {
    const rowKey = rowKeyOf(key, record)
    const row = rowOf(entity, record.value, rowKey)
    const before = changes.get(rowKey)
    if (record.weight === -1) {
      if (before?.row && same(before.row, row)) changes.set(rowKey, { ...before, row: undefined })
      else if (isComparing) withdraw(changes, rowKey, row)
      // What is withdrawn is the older one, where a newer one came first.
      else if (!before?.row) changes.set(rowKey, { row: undefined })
      return
    }
    const reason = fault(row)
    if (reason === undefined) {
      if (!isComparing || !isOlderWindow(row, before?.row)) changes.set(rowKey, { ...before, row })
      return
    }
    const failure = systemFailure('InvalidRecord', { entity: entity.name, key: rowKey, reason })
    if (!refuse) throw failure
    refuse(record, [failure.toJSON()])
  }

  /** What was not told in this epoch may stand in the table. */
  const withdraw = (changes: Map<string | number, Change>, rowKey: string | number, row: RowRecord) => {
    const { row: newer, withdrawn = [] } = changes.get(rowKey) ?? { row: undefined }
    if (newer === undefined || !isOlderWindow(row, newer)) withdrawn.push(row)
    changes.set(rowKey, { row: newer, withdrawn })
  }

  const put = (row: RowRecord): Write => ({ kind: 'put', table, values: codec.encode(row) })

  const writesOf = (rowKey: string | number, { row, withdrawn = [] }: Change, stored: Row | undefined): Write[] => {
    if (stored !== undefined && isComparing) {
      const standing = rowOf(entity, codec.decode(stored), rowKey)
      const isGone = withdrawn.some((one) => same(one, standing))
      if (!isGone && (row === undefined || isOlderWindow(row, standing))) return []
    }
    if (row !== undefined) return [put(row)]
    return stored === undefined ? [] : [{ kind: 'delete', table, key: rowKey, version: stored[0] }]
  }

  return {
    write(records, epoch) {
      let changes = epochs.get(epoch)
      if (!changes) epochs.set(epoch, (changes = new Map()))
      for (const record of records) take(changes, record)
    },
    writes(epoch): Maybe<readonly Write[]> {
      const changes = [...(epochs.get(epoch) ?? [])]
      // Where nothing can stand in the way, the table need not be read.
      const asked = isComparing ? changes : changes.filter(([, { row }]) => row === undefined)
      if (asked.length === 0) return inTurns(changes, ([, { row }]) => [put(row!)])
      const keys = asked.map(([rowKey]) => rowKey)
      const found = database.read(table, tenant, keys)
      const written = (rows: readonly (Row | undefined)[]) => {
        const stored = new Map(rows.map((row, index) => [keys[index]!, row]))
        return inTurns(changes, ([rowKey, change]) => writesOf(rowKey, change, stored.get(rowKey)))
      }
      return isPromise(found) ? found.then(written) : written(found)
    },
    written(epoch) {
      for (const older of epochs.keys()) if (older <= epoch) epochs.delete(older)
    },
    isFull: () => [...epochs.values()].some(({ size }) => size >= tableRowLimit),
    close: () => epochs.clear(),
  }
}

/** How many rows are made before others have a turn (limit `tableSink.turn`): the app answers calls meanwhile. */
const rowsInTurn = 500

/** What comes of some items, in their order; at once where they are few. */
function inTurns<Item, Made>(items: readonly Item[], make: (item: Item) => readonly Made[]): Maybe<readonly Made[]> {
  return items.length <= rowsInTurn ? items.flatMap(make) : madeInTurns(items, make)
}

async function madeInTurns<Item, Made>(items: readonly Item[], make: (item: Item) => readonly Made[]): Promise<Made[]> {
  const made: Made[] = []
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % rowsInTurn === 0) await nextTurn()
    for (const one of make(item)) made.push(one)
  }
  return made
}

const same = (left: RowRecord, right: RowRecord): boolean => JSON.stringify(left) === JSON.stringify(right)
