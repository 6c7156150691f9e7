import { CommitConflict } from '@heddle/core'
import type { Pool } from 'pg'
import type { Commit, Refusal, RowAddress } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { brokenOf, refusalOfBroken } from './broken.ts'
import { commitSql } from './commit-sql.ts'
import { type Borrowed, borrow, type Connector } from './connect.ts'
import { isServerError, postgresError, sqlState } from './errors.ts'
import { groupStatements } from './group.ts'
import { refusalOf } from './refusal.ts'
import { Slots } from './slots.ts'
import { ask, transact } from './statement.ts'
import { toParameter } from './values.ts'
import { writerSettings } from './writer.ts'

/** How long anybody waits for rows that another process holds (limit `postgres.lockWait`). Then it is a lost race. */
const lockWaitMs = 10_000
/** Connections beside those that hold locks: for commits that wait for rows, and for upkeep. */
const spare = 3

/** Connections that write, each held by one unit of work for as long as it has rows locked. */
export class Holders {
  readonly #pool: Pool
  readonly #where: string
  readonly #slots: Slots
  readonly #held = new Map<object, Promise<Borrowed>>()

  constructor(connector: Connector, limit: number) {
    this.#where = connector.where
    this.#slots = new Slots(limit)
    this.#pool = connector.pool(limit + spare, { ...writerSettings, lock_timeout: String(lockWaitMs) })
  }

  /**
   * Keeps records from the commits of every other process until the holder commits or frees them.
   *
   * @throws {CommitConflict} when waiting would never end
   */
  async lock(holder: object, rows: readonly RowAddress[], signal?: AbortSignal): Promise<void> {
    const { client } = await this.#connectionOf(holder, signal)
    const cancel = () => void this.#cancel(client)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      for (const [table, group] of Map.groupBy(rows.toSorted(byTable), (row) => row.table)) {
        await this.#lockTable(client, table, group)
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (isServerError(error) && isLostRace(error.code)) throw new CommitConflict()
      throw postgresError(error, this.#where)
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  /** Commits over the holder's own connection; undefined when it holds none. */
  commit(holder: object | undefined, commit: Commit): Promise<Refusal | undefined> | undefined {
    const held = holder && this.#held.get(holder)
    return held?.then(({ client }) => this.#commit(client, commit, true))
  }

  /** Commits over a connection of its own. */
  async commitAlone(commit: Commit): Promise<Refusal | undefined> {
    const { client, giveBack } = await borrow(this.#pool, this.#where)
    try {
      return await this.#commit(client, commit, false)
    } finally {
      giveBack()
    }
  }

  /** Uses a connection for a moment. */
  async use<Result>(work: (client: Borrowed['client']) => Promise<Result>): Promise<Result> {
    const { client, giveBack } = await borrow(this.#pool, this.#where)
    try {
      return await work(client)
    } catch (error) {
      throw postgresError(error, this.#where)
    } finally {
      giveBack()
    }
  }

  /** Frees what the holder has, if it has anything. */
  free(holder: object): void {
    const held = this.#held.get(holder)
    if (!held) return
    this.#held.delete(holder)
    const end = (broken: boolean) => (borrowed: Borrowed) => {
      borrowed.giveBack(broken)
      this.#slots.free()
    }
    held.then(
      (borrowed) =>
        // After a commit there is nothing to undo, which the server only warns of.
        borrowed.client.query('ROLLBACK').then(
          () => end(false)(borrowed),
          () => end(true)(borrowed),
        ),
      () => undefined,
    )
  }

  /** Whoever still holds locks loses them; what is being committed is waited for. */
  close(): Promise<void> {
    for (const holder of this.#held.keys()) this.free(holder)
    return this.#pool.end()
  }

  #connectionOf(holder: object, signal: AbortSignal | undefined): Promise<Borrowed> {
    let held = this.#held.get(holder)
    if (!held) {
      held = this.#begin(signal)
      this.#held.set(holder, held)
      held.catch(() => {
        if (this.#held.get(holder) === held) this.#held.delete(holder)
      })
    }
    return held
  }

  async #begin(signal: AbortSignal | undefined): Promise<Borrowed> {
    await this.#slots.take(signal)
    try {
      const borrowed = await borrow(this.#pool, this.#where)
      // Not waited for: the first statement is told whatever comes of it.
      borrowed.client.query('BEGIN').catch(() => undefined)
      return borrowed
    } catch (error) {
      this.#slots.free()
      throw error
    }
  }

  async #lockTable(client: Borrowed['client'], table: Table, rows: readonly RowAddress[]): Promise<void> {
    const values = [rows.map(({ tenant }) => toParameter(tenant)), rows.map(({ key }) => toParameter(key))]
    await ask(client, { sql: commitSql(table).lockToWrite, values })
  }

  async #commit(client: Borrowed['client'], commit: Commit, begun: boolean): Promise<Refusal | undefined> {
    try {
      await transact(client, groupStatements([commit]), begun)
      return undefined
    } catch (error) {
      const broken = brokenOf(error)
      if (broken) return refusalOfBroken(broken, commit)
      const refusal = isServerError(error) ? refusalOf(error, commit) : undefined
      if (refusal) return refusal
      throw postgresError(error, this.#where)
    }
  }

  /** Ends what the connection waits for, from outside: it cannot be asked itself. */
  async #cancel(client: Borrowed['client']): Promise<void> {
    const pid = (client as { processID?: number }).processID
    await this.use((other) => other.query('SELECT pg_cancel_backend($1)', [pid])).catch(() => undefined)
  }
}

const byTable = (left: RowAddress, right: RowAddress) =>
  left.table.name === right.table.name ? 0 : left.table.name < right.table.name ? -1 : 1

const isLostRace = (code: string) =>
  code === sqlState.deadlock || code === sqlState.lockNotAvailable || code === sqlState.serialization
