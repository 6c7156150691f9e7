import { isPromise, type Maybe, nextTurn, systemFailure } from '@heddle/core'
import type { AnyEntity, Database, Row, Write } from '@heddle/data'
import type { OpenSink, SinkHost, SinkRecord } from '../sink.ts'
import { rowChecker, rowOf } from './row-entity.ts'
import { type RowKey, rowKeyOf } from './row-key.ts'
import { noChange, putRow, type RowChange, type RowRecord, type RowRules, endOf, withdrawRow } from './row-change.ts'
import { isSameRow, isStoredAs } from './same-row.ts'
import { isOfNewest } from './window-order.ts'

/** A table asks for a checkpoint once so many rows of an epoch are in memory (limit `tableSink.rows`). */
export const tableRowLimit = 50_000

/** What comes of the rows in an epoch. */
interface Epoch {
  readonly changes: Map<string | number, RowChange>
  /** How many rows it holds that were withdrawn and may be in the table. */
  withdrawn: number
}

/**
 * The rows of an epoch, each once: what it is at the end of the epoch. They are written in the unit of work that holds the
 * checkpoint, so that table and checkpoint are never apart. What is withdrawn, and each row that shows the newest of many windows,
 * is compared with the one in the table.
 */
export function tableRows(entity: AnyEntity, key: RowKey, database: Database, host: SinkHost): OpenSink {
  const { tenant = 'main', refuse } = host
  const { table, codec } = entity
  const fault = rowChecker(entity)
  const rules: RowRules = { isOfNewest: isOfNewest(key), isSame: (left, right) => isSameRow(entity, left, right) }
  const isNewest = rules.isOfNewest
  const epochs = new Map<number, Epoch>()

  const take = (epoch: Epoch, record: SinkRecord) => {
    const rowKey = rowKeyOf(key, record)
    const row = rowOf(entity, record.value, rowKey)
    if (record.weight === -1) {
      // What has no key was refused when it was told.
      if (typeof rowKey === 'string' || typeof rowKey === 'number') change(epoch, rowKey, row, withdrawRow)
      return
    }
    const reason = fault(row)
    if (reason === undefined) return change(epoch, rowKey, row, putRow)
    const failure = systemFailure('InvalidRecord', { entity: entity.name, key: rowKey, reason })
    if (!refuse) throw failure
    refuse(record, [failure.toJSON()])
  }

  const change = (epoch: Epoch, rowKey: string | number, row: RowRecord, make: typeof putRow) => {
    let change = epoch.changes.get(rowKey)
    if (change === undefined) epoch.changes.set(rowKey, (change = noChange()))
    const before = change.withdrawn?.length ?? 0
    make(change, row, rules)
    epoch.withdrawn += (change.withdrawn?.length ?? 0) - before
  }

  const put = (row: RowRecord): Write => ({ kind: 'put', table, values: codec.encode(row) })

  const writesOf = (rowKey: string | number, change: RowChange, stored: Row | undefined): Write[] => {
    let row = change.row
    if (stored !== undefined && (isNewest || row === undefined)) {
      const [, ...values] = stored
      const isStanding = isStoredAs(entity, fault, values)
      const standing = isNewest ? rowOf(entity, codec.decode(stored), rowKey) : {}
      const end = endOf(change, standing, isStanding, rules)
      if (end === 'stays') return []
      row = end
    }
    if (row !== undefined) return [put(row)]
    return stored === undefined ? [] : [{ kind: 'delete', table, key: rowKey, version: stored[0] }]
  }

  return {
    write(records, epoch) {
      let current = epochs.get(epoch)
      if (!current) epochs.set(epoch, (current = { changes: new Map(), withdrawn: 0 }))
      for (const record of records) take(current, record)
    },
    writes(epoch): Maybe<readonly Write[]> {
      const changes = [...(epochs.get(epoch)?.changes ?? [])]
      // Where nothing can stand in the way, the table need not be read.
      const asked = isNewest ? changes : changes.filter(([, { row }]) => row === undefined)
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
    isFull: () =>
      [...epochs.values()].some(({ changes, withdrawn }) => Math.max(changes.size, withdrawn) >= tableRowLimit),
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
