import type { Client, ClientConfig, Pool, PoolClient } from 'pg'
import { postgresError } from './errors.ts'
import { types } from './values.ts'

/** What a server is reached with. */
export interface Address {
  /** E.g. `postgres://user:password@host:5432/database`. */
  readonly url: string
  readonly connectTimeoutMs: number
}

/** Settings of a session, e.g. `{ lock_timeout: '100' }`. */
export type Settings = Readonly<Record<string, string>>

/** Settings that every session has. */
const always: Settings = {
  // An acknowledged commit is on the disk, whatever the server's default.
  synchronous_commit: 'on',
  // Compiling a statement takes longer than any of ours runs.
  jit: 'off',
  application_name: 'heddle',
}

/** Opens connections to one server. The client library is loaded when the first one is wanted. */
export interface Connector {
  /** The database without the password, for errors. */
  readonly where: string
  /** A connection of its own, which several statements share at a time. */
  client(settings: Settings): Promise<Client>
  /** Connections that are handed out one by one. */
  pool(max: number, settings: Settings): Pool
}

/**
 * Loads the client library.
 *
 * @throws {Failure} Unavailable when the URL is none
 */
export async function createConnector({ url, connectTimeoutMs }: Address): Promise<Connector> {
  const { default: library } = await import('pg')
  const where = describeUrl(url)
  const config = (settings: Settings): ClientConfig => ({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    // What is asked at a time leaves at a time, without waiting for answers in between.
    pipeline: true,
    types,
    options: Object.entries({ ...always, ...settings })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
  })
  return {
    where,
    async client(settings) {
      const client = new library.Client(config(settings))
      // Whoever waits for an answer is told by that; nobody may be killed by an event that nobody listens to.
      client.on('error', () => undefined)
      try {
        await client.connect()
        return client
      } catch (error) {
        throw postgresError(error, where)
      }
    },
    pool(max, settings) {
      const pool = new library.Pool({ ...config(settings), max })
      pool.on('error', () => undefined)
      return pool
    },
  }
}

/** A connection of a pool, and how it goes back. */
export interface Borrowed {
  readonly client: PoolClient
  /** @param broken the connection is closed instead */
  giveBack(broken?: boolean): void
}

/** @throws {Failure} Unavailable */
export async function borrow(pool: Pool, where: string): Promise<Borrowed> {
  try {
    const client = await pool.connect()
    const onError = () => undefined
    client.on('error', onError)
    return {
      client,
      giveBack(broken = false) {
        client.off('error', onError)
        client.release(broken)
      },
    }
  } catch (error) {
    throw postgresError(error, where)
  }
}

/** A URL without its password and options. */
function describeUrl(url: string): string {
  try {
    const { protocol, username, hostname, port, pathname } = new URL(url)
    const user = username === '' ? '' : `${username}@`
    return `${protocol}//${user}${hostname}${port === '' ? '' : `:${port}`}${pathname}`
  } catch {
    return 'of PostgreSQL'
  }
}
