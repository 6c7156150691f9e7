import { type Log, systemFailure } from '@heddle/core'
import type { Client } from 'pg'
import { formatTableName } from '../quote.ts'
import { runOf } from './copy.ts'
import type { TablePlace } from './position.ts'
import { type Cell, type OldRow, type PgMessage, type Relation } from './pgoutput.ts'
import { changeRecord, type ChangeRecord, type CommitFacts, merged, rowRecord, type TableShape } from './records.ts'
import { columnsText, type SourceTable } from './tables.ts'
import type { ValueTypes } from './types.ts'
import { fullXid, parseSnapshot, sees } from './visibility.ts'

/** A transaction whose changes are read. */
export interface Transaction extends CommitFacts {
  readonly xid: number
  /** The event time of its records. */
  readonly time: number
}

export type ChangeMessage = Extract<PgMessage, { kind: 'insert' | 'update' | 'delete' | 'truncate' }>

export interface ChangeReading {
  readonly control: Client
  readonly tables: ReadonlyMap<string, SourceTable>
  readonly types: ValueTypes
  readonly as: 'events' | 'changes'
  readonly where: string
  readonly log: Log
}

/** A row at a side of a change, and whether the copy shows it as it is there. */
type Seen = 'copied' | 'new'

/** Makes records of the messages of the log. It knows the tables as they were when what follows was written. */
export class ChangeMessages {
  readonly #shapes = new Map<number, { readonly shape: TableShape; readonly columns: readonly string[] }>()
  readonly #reading: ChangeReading

  constructor(reading: ChangeReading) {
    this.#reading = reading
  }

  /** Learns how a table is from here on. Tells how it stands, to be kept with the position. */
  async relation(relation: Relation, place: TablePlace | undefined): Promise<TablePlace | undefined> {
    const { control, types, as, where, log, tables } = this.#reading
    const title = formatTableName(relation)
    const columns = columnsText(relation.columns)
    if (place && place.columns !== columns) {
      // A row that was told before can only be withdrawn as it was.
      if (as === 'changes')
        throw systemFailure('ChangesLost', { where, reason: `the columns of ${title} have changed` })
      log.write('info', `The columns of ${title} have changed`, { before: place.columns, now: columns })
    }
    const names = relation.columns.map(({ name }) => name)
    const readers = await types.readers(
      control,
      relation.columns.map(({ type }) => type),
    )
    const known = tables.get(title)?.key ?? []
    const byName = known.map((name) => names.indexOf(name))
    const flagged = relation.columns.flatMap(({ isKey }, at) => (isKey ? [at] : []))
    const key = byName.includes(-1) || byName.length === 0 ? flagged : byName
    this.#shapes.set(relation.oid, { shape: { title, names, readers, key }, columns: names })
    return place && { ...place, columns }
  }

  title(oid: number): string | undefined {
    return this.#shapes.get(oid)?.shape.title
  }

  /** The records of a change; none where the copy has told it. */
  async records(
    message: ChangeMessage,
    transaction: Transaction,
    places: ReadonlyMap<string, TablePlace>,
  ): Promise<readonly ChangeRecord[]> {
    if (message.kind === 'truncate') return this.#truncated(message.oids, transaction, places)
    const { shape } = this.#shapes.get(message.oid)!
    const place = places.get(shape.title)
    // A table of before that is no longer asked for.
    if (!place) return []
    const before = message.kind === 'insert' ? undefined : message.before
    const after = message.kind === 'delete' ? undefined : merged(message.after, before)
    const keyCells = (cells: readonly Cell[]) => shape.key.map((at) => cells[at] ?? before?.cells[at])
    const old = await this.#seen(shape, place, transaction, before && keyCells(before.cells))
    const now = after && (await this.#seen(shape, place, transaction, keyCells(after)))
    const isOldNew = (old ?? now) === 'new'
    const isNowNew = now === 'new'
    if (this.#reading.as === 'changes') {
      const { kind } = message
      return this.#rows(
        shape,
        kind === 'insert' || !isOldNew ? undefined : (before ?? 'untold'),
        isNowNew ? after : undefined,
        transaction,
      )
    }
    const tell = (kind: 'insert' | 'update' | 'delete', rows: { before?: OldRow; after?: readonly Cell[] }) => [
      changeRecord(shape, kind, rows, transaction, transaction.time),
    ]
    if (message.kind === 'insert') return isNowNew ? tell('insert', { after: after! }) : []
    if (message.kind === 'delete') return isOldNew ? tell('delete', { before: before! }) : []
    if (isOldNew && isNowNew) return tell('update', { ...(before && { before }), after: after! })
    // The key moved from where the copy was to where it had not been, or the other way.
    if (isOldNew) return tell('delete', { before: before! })
    return isNowNew ? tell('insert', { after: after! }) : []
  }

  #rows(
    shape: TableShape,
    before: OldRow | 'untold' | undefined,
    after: readonly Cell[] | undefined,
    { time }: Transaction,
  ): ChangeRecord[] {
    if (before === 'untold' || before?.isWhole === false) {
      const advice = `Write ALTER TABLE ${shape.title} REPLICA IDENTITY FULL, forget the source and begin anew.`
      const reason = `the log did not tell an old row of ${shape.title}`
      throw systemFailure('ChangesRefused', { where: this.#reading.where, reason, advice })
    }
    return [
      ...(before ? [rowRecord(shape, before.cells, time, -1)] : []),
      ...(after ? [rowRecord(shape, after, time, 1)] : []),
    ]
  }

  #truncated(
    oids: readonly number[],
    transaction: Transaction,
    places: ReadonlyMap<string, TablePlace>,
  ): readonly ChangeRecord[] {
    const { as, where } = this.#reading
    const records: ChangeRecord[] = []
    for (const oid of oids) {
      const { shape } = this.#shapes.get(oid)!
      const place = places.get(shape.title)
      // A table that was emptied between two runs of its copy is copied anew, so that the last one decides.
      const last = place?.copy?.runs.at(-1)
      if (!place || (last && seesTransaction(last.snapshot, transaction))) continue
      if (as === 'changes') {
        const reason = `${shape.title} was emptied, and the log does not tell which rows that were`
        throw systemFailure('ChangesLost', { where, reason })
      }
      records.push(changeRecord(shape, 'truncate', {}, transaction, transaction.time))
    }
    return records
  }

  /** Whether the copy shows a row as it is behind a transaction; undefined for a row that is not told. */
  async #seen(
    { title }: TableShape,
    { copy }: TablePlace,
    transaction: Transaction,
    key: readonly Cell[] | undefined,
  ): Promise<Seen | undefined> {
    if (key === undefined) return undefined
    if (copy === undefined || copy.runs.length === 0) return 'new'
    const runs = copy.runs.map(({ snapshot }) => seesTransaction(snapshot, transaction))
    // Only where the runs do not agree it matters which of them has copied the row.
    if (runs.every((isSeen) => isSeen === runs[0])) return runs[0] ? 'copied' : 'new'
    const { control, tables, where } = this.#reading
    return runs[await runOf(control, copy, tables.get(title)!, where, key)] ? 'copied' : 'new'
  }
}

function seesTransaction(text: string, { xid }: Transaction): boolean {
  const snapshot = parseSnapshot(text)
  return sees(snapshot, fullXid(snapshot, xid))
}
