import { systemFailure } from '@heddle/core'
import type { Client } from 'pg'
import type { Commit, Refusal } from '../database/database.ts'
import { type Broken, brokenOf, refusalOfBroken } from './broken.ts'
import type { Connector } from './connect.ts'
import { isServerError, postgresError, sqlState } from './errors.ts'
import { groupLength, groupStatements } from './group.ts'
import { refusalOf } from './refusal.ts'
import { transact } from './statement.ts'

/** How many commits may wait for the writer (limit `writer.waiting`). */
const waitingLimit = 100_000
/** Most commits that are put into one transaction (limit `writer.group`). */
const groupLimit = 500
/** How long a group waits for rows that another process holds, before its commits go each by itself (limit `writer.lockWait`). */
const lockWaitMs = 100

interface Waiting {
  readonly commit: Commit
  resolve(refusal: Refusal | undefined): void
  reject(error: unknown): void
}

/** Settings of the sessions that write. Every statement of theirs goes by keys, so no table is ever worth reading whole. */
export const writerSettings = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  plan_cache_mode: 'force_generic_plan',
}

/**
 * Commits units of work over one connection. Everything that arrives while a transaction is written shares the next one:
 * group commit without a timer, one round trip for a group. Where one of a group is refused, the others go again.
 */
export class CommitWriter {
  readonly #connector: Connector
  readonly #alone: (commit: Commit) => Promise<Refusal | undefined>
  #client: Promise<Client> | undefined
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  /** @param alone commits one unit over a connection of its own, however long that waits for rows */
  constructor(connector: Connector, alone: (commit: Commit) => Promise<Refusal | undefined>) {
    this.#connector = connector
    this.#alone = alone
  }

  /** How many were handed over and not sent. */
  get waiting(): number {
    return this.#waiting.length
  }

  commit(commit: Commit): Promise<Refusal | undefined> {
    if (this.#waiting.length >= waitingLimit) {
      throw systemFailure('LimitReached', { name: 'writer.waiting', limit: waitingLimit })
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ commit, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Waits for what was handed over, and ends. */
  async close(): Promise<void> {
    await this.#running
    const client = await this.#client?.catch(() => undefined)
    this.#client = undefined
    await client?.end()
  }

  async #run(): Promise<void> {
    // Everybody who is to commit in this turn of the event loop comes along.
    await new Promise<void>((resolve) => process.nextTick(resolve))
    while (this.#waiting.length > 0) {
      const length = groupLength(
        this.#waiting.slice(0, groupLimit).map(({ commit }) => commit),
        groupLimit,
      )
      const group = this.#waiting.slice(0, length)
      this.#waiting = this.#waiting.slice(length)
      // Whatever goes wrong, nobody waits for ever, and the next group is written.
      await this.#commitGroup(group).catch((error: unknown) => {
        for (const { reject } of group) reject(error)
      })
    }
    this.#running = undefined
  }

  /** Answers each of the group. */
  async #commitGroup(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return
    try {
      const client = await this.#connected()
      await transact(client, groupStatements(group.map(({ commit }) => commit)))
      for (const { resolve } of group) resolve(undefined)
    } catch (error) {
      await this.#again(group, error)
    }
  }

  async #again(group: readonly Waiting[], error: unknown): Promise<void> {
    const broken = brokenOf(error)
    if (broken) return this.#withoutBroken(group, broken)
    if (!isServerError(error) || !isAboutRows(error.code)) {
      // Whether the transaction was made is not known when the connection is lost while it is under way.
      const failure = postgresError(error, this.#connector.where)
      for (const { reject } of group) reject(failure)
      return
    }
    if (error.code === sqlState.lockNotAvailable) {
      // Somebody holds rows for longer. Who needs them waits for them, and nobody else does.
      for (const { commit, resolve, reject } of group) void this.#alone(commit).then(resolve, reject)
      return
    }
    const [only] = group
    if (group.length === 1 && only) {
      const refusal = refusalOf(error, only.commit)
      if (refusal) only.resolve(refusal)
      else only.reject(postgresError(error, this.#connector.where))
      return
    }
    const middle = Math.ceil(group.length / 2)
    await this.#commitGroup(group.slice(0, middle))
    await this.#commitGroup(group.slice(middle))
  }

  /** A lost race is lost for good. What another one of the group may have broken is tried once more, alone. */
  async #withoutBroken(group: readonly Waiting[], broken: readonly Broken[]): Promise<void> {
    const units = new Set(broken.map(({ unit }) => unit))
    const [first] = broken
    if (first!.kind === 'lost' || group.length === 1) {
      for (const unit of units) {
        const ofUnit = broken.filter((one) => one.unit === unit)
        group[unit]!.resolve(refusalOfBroken(ofUnit, group[unit]!.commit))
      }
    }
    await this.#commitGroup(group.filter((_one, unit) => !units.has(unit)))
    if (first!.kind === 'lost' || group.length === 1) return
    for (const unit of units) await this.#commitGroup([group[unit]!])
  }

  #connected(): Promise<Client> {
    if (this.#client) return this.#client
    const opening = this.#connector.client({ ...writerSettings, lock_timeout: String(lockWaitMs) })
    this.#client = opening
    const forget = () => {
      if (this.#client === opening) this.#client = undefined
    }
    opening.then((client) => client.once('end', forget), forget)
    return opening
  }
}

/** Whether an error can be that of one commit and not of its neighbours. */
const isAboutRows = (code: string) => /^(22|23|40|55)/.test(code)
