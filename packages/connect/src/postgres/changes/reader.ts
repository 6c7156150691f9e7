import { type Json, sleep, stopwatchOf } from '@heddle/core'
import type { PartitionReader, SourceBatch } from '@heddle/stream'
import { processOf } from '../client.ts'
import { isPassing } from '../passing.ts'
import { changesError } from './changes-error.ts'
import { copyRows, type CopySnapshot, withRun } from './copy.ts'
import { formatLsn, type Lsn, parseLsn } from './lsn.ts'
import { isCommit, parseMessage } from './pgoutput.ts'
import { type ChangesPosition, changesPosition, isCopied, type TablePlace } from './position.ts'
import { changeRecord, type ChangeRecord, rowRecord } from './records.ts'
import type { Replication } from './replication.ts'
import { openLive, openSession, type ReadingOptions, type Session } from './session.ts'
import { columnsText, type SourceTable } from './tables.ts'
import { ChangeMessages, type Transaction } from './transaction.ts'
import { ValueTypes } from './types.ts'

/** How long it is waited before the next attempt to connect, at first and at most. */
const firstRetryMs = 100
const longestRetryMs = 5000
/** How often a position without records is told, so that the server can forget what is not for us. */
const quietMs = 10_000

interface Pending {
  readonly record: ChangeRecord
  readonly change: number
  readonly part: number
}

/** Reads the copy, then the log. A connection that is lost is made again; nothing is given twice or left out by that. */
export class ChangesReader implements PartitionReader {
  readonly #options: ReadingOptions
  readonly #closing = new AbortController()
  readonly #signal: AbortSignal
  readonly #stopwatch: () => number
  #position: ChangesPosition | undefined
  /** Up to where everything is part of a checkpoint. */
  #committed: Lsn | undefined
  #session: Session | undefined
  #live: Replication | undefined
  #isAway = false
  /** Processes of the server that may still serve connections that are lost here. */
  #stale: number[] = []

  // Of the session.
  #copy: CopySnapshot | undefined
  #places = new Map<string, TablePlace>()
  #types = new ValueTypes()
  #messages: ChangeMessages | undefined
  #lsn: Lsn = 0n
  #change = 0
  #part = 0
  #time = 0
  #pending: Pending[] = []
  #transaction: Transaction | undefined
  /** Changes and records of the transaction at work that were given before. */
  #skip = { change: 0, part: 0 }
  /** The next change of the transaction at work. */
  #next = 0
  #toldAt = 0

  constructor(options: ReadingOptions, position: ChangesPosition | undefined) {
    this.#signal = AbortSignal.any([options.signal, this.#closing.signal])
    this.#options = { ...options, signal: this.#signal }
    this.#position = position
    this.#committed = position && parseLsn(position.lsn)
    this.#stopwatch = stopwatchOf(options.clock)
    this.#signal.addEventListener('abort', () => void this.#drop(), { once: true })
  }

  async read(max: number): Promise<SourceBatch | undefined> {
    const { where, timers, log } = this.#options
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(2 * waitMs, longestRetryMs)) {
      try {
        if (this.#signal.aborted) return undefined
        this.#session ??= await this.#connect()
        if (this.#isAway) log.write('info', `PostgreSQL at ${where} is back`)
        this.#isAway = false
        return await this.#readSession(this.#session, max)
      } catch (error) {
        this.#lose()
        if (this.#signal.aborted) return undefined
        const told = changesError(error, where)
        if (!isPassing(told)) throw told
        if (!this.#isAway) log.write('warning', `PostgreSQL at ${where} is away`, { cause: (told as Error).message })
        this.#isAway = true
        await sleep(timers, waitMs, this.#signal).catch(() => undefined)
      }
    }
  }

  committed(position: Json): void {
    const lsn = parseLsn(changesPosition.parse(position).lsn)
    if (this.#committed === undefined || lsn > this.#committed) this.#committed = lsn
    this.#live?.confirm(lsn)
  }

  lag(): { readonly ms?: number; readonly bytes?: number } | undefined {
    if (!this.#live) return undefined
    const bytes = this.#live.end > this.#lsn ? Number(this.#live.end - this.#lsn) : 0
    const isThere = bytes === 0 || (this.#live.quiet !== undefined && this.#transaction === undefined)
    return { bytes, ms: isThere ? 0 : Math.max(0, this.#options.clock.now() - this.#time) }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('The reader is closed.'))
    await this.#drop()
  }

  async #connect(): Promise<Session> {
    const session = await openSession(this.#options, this.#position, this.#stale)
    this.#stale = []
    if (this.#signal.aborted) {
      await session.close()
      this.#signal.throwIfAborted()
    }
    const { tables, lsn, change, part, time } = session.position
    this.#places = new Map(Object.entries(tables))
    this.#lsn = parseLsn(lsn)
    this.#committed ??= this.#lsn
    this.#change = change
    this.#part = part
    this.#time = time
    this.#pending = session.emptied.map((table) => ({ record: this.#emptied(table), change, part }))
    this.#transaction = undefined
    this.#copy = session.copy
    this.#toldAt = this.#stopwatch()
    const { config, where, log } = this.#options
    const { control } = session
    this.#messages = new ChangeMessages({
      control,
      tables: session.tables,
      types: this.#types,
      as: config.as,
      where,
      log,
    })
    return session
  }

  /** Leaves connections that broke. Nobody waits for an end that a broken one may never tell. */
  #lose(): void {
    if (this.#session) this.#stale.push(processOf(this.#session.control))
    if (this.#live) this.#stale.push(this.#live.process)
    void this.#drop()
  }

  async #drop(): Promise<void> {
    const [session, live] = [this.#session, this.#live]
    this.#session = undefined
    this.#live = undefined
    await Promise.all([live?.close(), session?.close()])
  }

  async #readSession(session: Session, max: number): Promise<SourceBatch> {
    const copy = this.#copy
    if (copy) {
      if (this.#pending.length > 0) return this.#batch(this.#pending.splice(0, max).map(({ record }) => record))
      const records = await this.#readCopy(session, copy, max)
      if (copy.tables.every(({ title }) => isCopied(this.#places.get(title)!))) {
        // The tables can be emptied and altered again.
        await session.control.query('COMMIT')
        this.#copy = undefined
      }
      if (records.length > 0) return this.#batch(records)
    }
    return this.#readLive(session, max)
  }

  /** The next rows of the copy; none at its end. */
  async #readCopy(session: Session, copy: CopySnapshot, max: number): Promise<readonly ChangeRecord[]> {
    for (const table of copy.tables) {
      while (!isCopied(this.#places.get(table.title)!)) {
        const records = await this.#copyRows(session, copy, table, max)
        if (records.length > 0) return records
      }
    }
    return []
  }

  async #copyRows(
    session: Session,
    { snapshot, horizon }: CopySnapshot,
    table: SourceTable,
    max: number,
  ): Promise<readonly ChangeRecord[]> {
    const place = this.#places.get(table.title)!
    const after = place.copy!.runs.at(-1)?.until ?? undefined
    const limit = Math.min(max, this.#options.config.copyRows)
    const { rows, until } = await copyRows(session.control, table, after, limit)
    const readers = await this.#types.readers(
      session.control,
      table.columns.map(({ type }) => type),
    )
    const names = table.columns.map(({ name }) => name)
    const shape = { title: table.title, names, readers, key: table.key.map((name) => names.indexOf(name)) }
    const records = rows.map((row) =>
      this.#options.config.as === 'changes'
        ? rowRecord(shape, row, this.#time, 1)
        : changeRecord(shape, 'insert', { after: row }, undefined, this.#time),
    )
    const copied = withRun(place, { snapshot, horizon, until: until && [...until] })
    this.#places.set(table.title, { ...copied, columns: columnsText(table.columns) })
    return records
  }

  async #readLive(session: Session, max: number): Promise<SourceBatch> {
    const records: ChangeRecord[] = []
    for (;;) {
      const live = await this.#openLive(session)
      while (records.length < max) {
        const next = this.#pending.shift()
        if (next) {
          records.push(next.record)
          this.#change = next.change
          this.#part = next.part
          this.#time = next.record.time
          continue
        }
        const message = live.take()
        if (message === undefined) break
        await this.#read(message)
      }
      // A position at the end of a transaction says so.
      const next = this.#pending.length === 0 ? live.peek() : undefined
      if (next && isCommit(next)) await this.#read(live.take()!)
      if (records.length > 0) return this.#batch(records)
      if (this.#isQuiet(live)) return this.#batch([])
      await live.wait()
      this.#signal.throwIfAborted()
    }
  }

  async #openLive(session: Session): Promise<Replication> {
    if (this.#live) return this.#live
    const live = await openLive(this.#options, session.control, this.#told(), this.#committed!)
    if (this.#signal.aborted) {
      await live.close()
      this.#signal.throwIfAborted()
    }
    this.#live = live
    return live
  }

  /** Moves on over what the log has and does not tell us. Tells whether that is worth a position without records. */
  #isQuiet({ quiet }: Replication): boolean {
    if (quiet === undefined || this.#transaction !== undefined || quiet <= this.#lsn) return false
    if (this.#stopwatch() - this.#toldAt < quietMs) return false
    this.#moveTo(quiet)
    return true
  }

  async #read(bytes: Buffer): Promise<void> {
    const message = parseMessage(bytes)
    const messages = this.#messages!
    switch (message.kind) {
      case 'begin': {
        const { lsn, micros, xid } = message
        const time = Math.max(this.#time, Number(micros / 1000n))
        this.#transaction = { lsn, micros, xid, time }
        this.#next = 0
        this.#skip = { change: 0, part: 0 }
        if (lsn < this.#lsn) this.#skip = { change: Infinity, part: 0 }
        else if (lsn === this.#lsn) this.#skip = { change: this.#change, part: this.#part }
        else this.#moveTo(lsn)
        return
      }
      case 'commit':
        this.#transaction = undefined
        if (message.end > this.#lsn) this.#moveTo(message.end)
        return
      case 'relation': {
        const title = `${message.schema}.${message.name}`
        const place = await messages.relation(message, this.#places.get(title))
        if (place) this.#places.set(title, place)
        return
      }
      case 'other':
        return
      default: {
        const change = this.#next++
        if (change < this.#skip.change) return
        const records = await messages.records(message, this.#transaction!, this.#places)
        const given = change === this.#skip.change ? this.#skip.part : 0
        for (let part = given; part < records.length; part++) {
          const isLast = part === records.length - 1
          this.#pending.push({
            record: records[part]!,
            ...(isLast ? { change: change + 1, part: 0 } : { change, part: part + 1 }),
          })
        }
        if (records.length > 0) return
        this.#change = change + 1
        this.#part = 0
      }
    }
  }

  /** All that was committed before this place was given. What was seen by a copy lies behind its horizon. */
  #moveTo(lsn: Lsn): void {
    this.#lsn = lsn
    this.#change = 0
    this.#part = 0
    for (const [title, { columns, copy }] of this.#places) {
      if (copy?.runs.every(({ horizon }) => parseLsn(horizon) <= lsn)) this.#places.set(title, { columns })
    }
  }

  #told(): ChangesPosition {
    return {
      tables: Object.fromEntries(this.#places),
      lsn: formatLsn(this.#lsn),
      change: this.#change,
      part: this.#part,
      time: this.#time,
    }
  }

  #batch(records: readonly ChangeRecord[]): SourceBatch {
    this.#position = this.#told()
    this.#toldAt = this.#stopwatch()
    const isOneTable = this.#places.size === 1
    return {
      values: records.map(({ value }) => value),
      position: this.#position as Json,
      times: records.map(({ time }) => time),
      ...(isOneTable && { keys: records.map(({ key }) => key) }),
      ...(this.#options.config.as === 'changes' && { weights: records.map(({ weight }) => weight) }),
    }
  }

  #emptied({ title }: SourceTable): ChangeRecord {
    const shape = { title, names: [], readers: [], key: [] }
    return changeRecord(shape, 'truncate', {}, undefined, this.#time)
  }
}
