import type { Client, ClientConfig, Pool, PoolClient } from 'pg'
import { postgresError } from './errors.ts'
import { types } from './values.ts'

/** What a server is reached with. */
export interface Address {
  /** E.g. `postgres://user:password@host:5432/database`. */
  readonly url: string
  readonly connectTimeoutMs: number
  /** How long a statement may run, and how long its answer is waited for when the server says nothing. */
  readonly answerTimeoutMs: number
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
  /**
   * A connection of its own, which several statements share at a time.
   *
   * @param isPatient whether its statements may run for as long as they like
   */
  client(settings: Settings, isPatient?: boolean): Promise<Client>
  /** Connections that are handed out one by one. */
  pool(max: number, settings: Settings): Pool
}

/** How much later than the server the client gives a statement up: then the server cannot be reached. */
const silenceMs = 5000

/** Loads the client library. */
export async function createConnector({ url, connectTimeoutMs, answerTimeoutMs }: Address): Promise<Connector> {
  const { default: library } = await import('pg')
  const where = describeUrl(url)
  const { address, options } = separateOptions(url)
  const config = (settings: Settings, isPatient = false): ClientConfig => ({
    connectionString: address,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    // What is asked at a time leaves at a time, without waiting for answers in between.
    pipeline: true,
    types,
    ...(!isPatient && { query_timeout: answerTimeoutMs + silenceMs }),
    // Ours come last, because the last one counts.
    options: [
      options,
      ...settingOptions({ ...(!isPatient && { statement_timeout: `${answerTimeoutMs}` }), ...settings }),
    ].join(' '),
  })
  return {
    where,
    async client(settings, isPatient) {
      const client = new library.Client(config(settings, isPatient))
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

const settingOptions = (settings: Settings) =>
  Object.entries({ ...always, ...settings }).map(([name, value]) => `-c ${name}=${value}`)

/** The options in a URL would replace ours, so they are taken out of it. */
function separateOptions(url: string): { address: string; options: string } {
  if (!URL.canParse(url)) return { address: url, options: '' }
  const parsed = new URL(url)
  const options = parsed.searchParams.get('options') ?? ''
  parsed.searchParams.delete('options')
  return { address: parsed.href, options }
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
