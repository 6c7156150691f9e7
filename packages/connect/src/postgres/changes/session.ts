import { type Clock, type Log, sleep, systemFailure, type Timers } from '@heddle/core'
import type { Client } from 'pg'
import { closeClient, openClient, readRows } from '../client.ts'
import { quoteTable } from '../quote.ts'
import { beginCopy, type CopySnapshot, isSameTable, waitForWriters } from './copy.ts'
import { formatLsn, parseLsn } from './lsn.ts'
import { type ChangesPosition, isCopied, type TablePlace } from './position.ts'
import { ensurePublication } from './publication.ts'
import { type Replication, openReplication } from './replication.ts'
import type { ChangesConfig } from './settings.ts'
import { checkSlot, dropSlot, makeSlot, whenFree } from './slot.ts'
import { columnsText, findTable, type SourceTable } from './tables.ts'

/** What a reader works with. */
export interface ReadingOptions {
  readonly config: ChangesConfig
  readonly url: string
  /** The database without the password. */
  readonly where: string
  readonly slot: string
  readonly publication: string
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly signal: AbortSignal
}

/** The connections of a reader, from one loss to the next. */
export interface Session {
  /** For what is looked up, and for the copy. It holds the lock that keeps others away from the slot. */
  readonly control: Client
  readonly tables: ReadonlyMap<string, SourceTable>
  /** Where it begins. */
  readonly position: ChangesPosition
  /** The snapshot under which the rest is copied; undefined where nothing is left. */
  readonly copy: CopySnapshot | undefined
  /** Tables that were emptied or rewritten while they were copied, and are copied anew. */
  readonly emptied: readonly SourceTable[]
  /** Rejects what is asked once a connection is lost. */
  close(): Promise<void>
}

/** How often, and how far apart in milliseconds, a lock is asked for that another process may just be giving back. */
const lockAttempts = 50
const lockPauseMs = 100

/**
 * Connects, makes what is not there yet, and finds out where to go on.
 *
 * @param stale processes of the server that served connections of ours that are lost
 * @throws {Failure} ChangesRefused, ChangesLost, SlotInUse
 */
export async function openSession(
  options: ReadingOptions,
  given: ChangesPosition | undefined,
  stale: readonly number[],
): Promise<Session> {
  const { url, where, slot } = options
  const application = `heddle ${slot}`
  const control = await openClient({ url, where, application })
  try {
    // A connection that is lost here may well be there for the server, and keep us from the slot.
    const end = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = ANY($1) AND application_name = $2'
    if (stale.length > 0) await readRows(control, end, [stale, application.slice(0, 63)])
    await lockSlot(control, options)
    const tables = await checkServer(control, options)
    const state = await ensurePublication(
      control,
      options.publication,
      options.config.publication === undefined,
      tables,
      where,
    )
    const opened = { control, tables: byTitle(tables), close: () => closeClient(control) }
    if (given === undefined) return { ...opened, emptied: [], ...(await begin(control, options, tables)) }
    await checkSlot(control, slot, parseLsn(given.lsn), where)
    if (state === 'made') throw systemFailure('ChangesLost', { where, reason: 'its publication was gone' })
    const known = tables.filter(({ title }) => given.tables[title])
    if (state === 'changed' && known.length < tables.length) {
      await waitForWriters(control, options.timers, options.signal)
    }
    return { ...opened, ...(await goOn(control, options, tables, given)) }
  } catch (error) {
    await closeClient(control)
    throw error
  }
}

/** Makes the slot, and begins to copy what it shows. */
async function begin(control: Client, options: ReadingOptions, tables: readonly SourceTable[]) {
  const { url, where, slot, timers, signal, config, clock } = options
  await whenFree(timers, slot, where, signal, () => dropSlot(control, slot))
  // The snapshot lasts as long as this connection does nothing else.
  const replication = await openClient({ url, where, application: `heddle ${slot}`, replication: true })
  try {
    const made = await makeSlot(replication, slot, where)
    const position: ChangesPosition = {
      tables: Object.fromEntries(tables.map((table) => [table.title, beginTable(table, config.copy)])),
      lsn: formatLsn(made.lsn),
      change: 0,
      part: 0,
      time: Math.floor(clock.now()),
    }
    if (!config.copy) return { position, copy: undefined }
    const exported = made.snapshot
    const copy = await beginCopy({ client: control, where, tables, earlier: [], exported, timers, signal })
    return { position, copy }
  } finally {
    await closeClient(replication)
  }
}

const beginTable = (table: SourceTable, isToCopy: boolean): TablePlace => ({
  columns: columnsText(table.columns),
  ...(isToCopy && { copy: { key: [...table.key], files: table.files, runs: [] } }),
})

/** Goes on with the copy, if it was not at its end, or with the log. */
async function goOn(control: Client, options: ReadingOptions, tables: readonly SourceTable[], given: ChangesPosition) {
  const { where, timers, signal, config } = options
  // Tables that were added are copied, those that are no longer asked for are forgotten.
  const places = new Map(
    tables.map((table) => [table.title, given.tables[table.title] ?? beginTable(table, config.copy)]),
  )
  const left = tables.filter(({ title }) => !isCopied(places.get(title)!))
  const emptied: SourceTable[] = []
  let copy: CopySnapshot | undefined
  if (left.length > 0) {
    const earlier = [...places.values()].flatMap((place) => place.copy?.runs ?? [])
    copy = await beginCopy({ client: control, where, tables: left, earlier, timers, signal })
    for (const table of copy.tables) {
      const place = places.get(table.title)!
      if (place.copy!.runs.length > 0 && !isSameTable(place.copy!, table)) emptied.push(table)
      if (place.copy!.runs.length === 0 || emptied.includes(table)) places.set(table.title, beginTable(table, true))
    }
  }
  if (emptied.length > 0 && config.as === 'changes') {
    const reason = `${quoteTable(emptied[0]!)} was emptied or rewritten while it was copied`
    throw systemFailure('ChangesLost', { where, reason })
  }
  return { position: { ...given, tables: Object.fromEntries(places) }, copy, emptied }
}

/** Reads the log from the position of a session on. */
export async function openLive(
  options: ReadingOptions,
  control: Client,
  position: ChangesPosition,
  confirmed: bigint,
): Promise<Replication> {
  const { url, where, slot, publication, timers, clock, signal, config } = options
  const [[patience] = []] = await readRows(
    control,
    "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'",
  )
  return whenFree(timers, slot, where, signal, async () => {
    const client = await openClient({ url, where, application: `heddle ${slot}`, replication: true })
    try {
      return await openReplication({
        client,
        slot,
        publication,
        from: parseLsn(position.lsn),
        confirmed,
        queueBytes: config.queueBytes,
        patienceMs: Number(patience),
        clock,
        timers,
      })
    } catch (error) {
      await closeClient(client)
      throw error
    }
  })
}

/** The slot itself is only locked while the log is read; two that copy would take it from each other. */
async function lockSlot(control: Client, { slot, where, timers, signal }: ReadingOptions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [[isOurs] = []] = await readRows(control, 'SELECT pg_try_advisory_lock(hashtextextended($1, 0))::text', [
      `heddle changes ${slot}`,
    ])
    if (isOurs === 'true') return
    if (attempt === lockAttempts) throw systemFailure('SlotInUse', { slot, where })
    await sleep(timers, lockPauseMs, signal)
  }
}

/** What has to be as it is needed before anything is made. */
async function checkServer(control: Client, { config, where }: ReadingOptions): Promise<readonly SourceTable[]> {
  const refused = (reason: string, advice: string) => systemFailure('ChangesRefused', { where, reason, advice })
  const [[level] = []] = await readRows(control, 'SHOW wal_level')
  if (level !== 'logical') {
    throw refused(`its wal_level is ${level}`, 'Set wal_level = logical and start the server again.')
  }
  const tables: SourceTable[] = []
  for (const title of new Set(config.tables)) tables.push(await findTable(control, title, where))
  for (const table of tables) {
    const name = quoteTable(table)
    if (config.copy && table.key.length === 0) {
      throw refused(`${name} has no primary key by which it can be copied`, 'Give it one, or say copy: false.')
    }
    if (config.as === 'changes' && !table.tellsOld) {
      const advice = `Write ALTER TABLE ${name} REPLICA IDENTITY FULL, or read its events.`
      throw refused(`the log does not tell the old rows of ${name}`, advice)
    }
  }
  return tables
}

const byTitle = (tables: readonly SourceTable[]) => new Map(tables.map((table) => [table.title, table]))
