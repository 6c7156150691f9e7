import type { Cancel, Notices, Timers } from '@heddle/core'
import type { Client, Notification } from 'pg'
import { createHash } from 'node:crypto'
import type { Claims } from '../database/claims.ts'
import { assertShort } from '../database/notices.ts'
import { channelOf } from './channel.ts'
import type { Connector } from './connect.ts'
import { postgresError } from './errors.ts'
import { encodeText, decodeText } from './values.ts'

/** How soon, and how seldom, a lost connection is sought again (limits `postgres.reconnect.first`, `….longest`). */
const firstPauseMs = 100
const longestPauseMs = 5000

/** Who listens to a topic. */
export interface Listener {
  readonly hear: (payload: string) => void
  /** Something may have been said while nobody could listen. */
  readonly missed: (() => void) | undefined
}

/**
 * The one connection of a process that lasts: it listens, and claims are bound to it. When it is lost it is sought again
 * for as long as somebody listens; then those who listen are told that they may have missed something.
 */
export class Session implements Notices, Claims {
  readonly #connector: Connector
  readonly #timers: Timers
  readonly #topics = new Map<string, Set<Listener>>()
  #client: Promise<Client> | undefined
  #cancelRetry: Cancel | undefined
  #closed = false

  constructor(connector: Connector, timers: Timers) {
    this.#connector = connector
    this.#timers = timers
  }

  async publish(topic: string, payload: string): Promise<void> {
    assertShort(payload)
    await this.#query('SELECT pg_notify($1, $2)', [channelOf(topic), encodeText(payload)])
  }

  async subscribe(
    topic: string,
    hear: (payload: string) => void,
    { missed }: { missed?: () => void } = {},
  ): Promise<() => void> {
    const stop = this.#add(topic, { hear, missed })
    // While the server is away it is sought again, and then something may have been missed.
    await this.#listen(channelOf(topic)).catch(() => this.#retry(firstPauseMs))
    return stop
  }

  /** Listens as soon as it can, and tells when that is so: until then something may have been missed. */
  watch(topic: string, listener: Listener): () => void {
    const stop = this.#add(topic, listener)
    this.#listen(channelOf(topic)).then(
      () => listener.missed?.(),
      () => this.#retry(firstPauseMs),
    )
    return stop
  }

  async take(name: string): Promise<boolean> {
    const [row] = await this.#query('SELECT pg_try_advisory_lock($1) AS taken', [claimNumber(name)])
    return row?.['taken'] === true
  }

  free(name: string): void {
    // A claim that went with its connection is free already.
    if (this.#client) this.#query('SELECT pg_advisory_unlock($1)', [claimNumber(name)]).catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelRetry?.()
    const client = await this.#client?.catch(() => undefined)
    await client?.end()
  }

  #add(topic: string, listener: Listener): () => void {
    const channel = channelOf(topic)
    const listeners = this.#topics.get(channel) ?? new Set()
    this.#topics.set(channel, listeners.add(listener))
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0 || this.#topics.get(channel) !== listeners) return
      this.#topics.delete(channel)
      if (this.#client) this.#query(`UNLISTEN ${channel}`).catch(() => undefined)
    }
  }

  async #listen(channel: string): Promise<void> {
    await this.#query(`LISTEN ${channel}`)
  }

  async #query(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]> {
    try {
      const client = await this.#connected()
      return (await client.query(text, values as unknown[] | undefined)).rows as Record<string, unknown>[]
    } catch (error) {
      throw postgresError(error, this.#connector.where)
    }
  }

  #connected(): Promise<Client> {
    if (this.#client) return this.#client
    const opening = this.#connector.client({})
    this.#client = opening
    const lose = () => {
      if (this.#client !== opening) return
      this.#client = undefined
      this.#retry(firstPauseMs)
    }
    opening.then(
      (client) => {
        client.once('end', lose)
        client.on('notification', (notice) => this.#hear(notice))
      },
      () => {
        if (this.#client === opening) this.#client = undefined
      },
    )
    return opening
  }

  #hear({ channel, payload }: Notification): void {
    for (const { hear } of this.#topics.get(channel) ?? []) hear(decodeText(payload ?? ''))
  }

  #retry(pauseMs: number): void {
    if (this.#closed || this.#topics.size === 0 || this.#cancelRetry) return
    const listenAgain = async () => {
      const channels = [...this.#topics.keys()]
      for (const channel of channels) await this.#listen(channel)
      for (const listeners of this.#topics.values()) for (const { missed } of listeners) missed?.()
    }
    this.#cancelRetry = this.#timers.after(
      pauseMs,
      () => {
        this.#cancelRetry = undefined
        listenAgain().catch(() => this.#retry(Math.min(2 * pauseMs, longestPauseMs)))
      },
      { background: true },
    )
  }
}

/** Claims are known to PostgreSQL by a number of 64 bits. */
const claimNumber = (name: string) => createHash('sha256').update(`claim\0${name}`).digest().readBigInt64BE().toString()
