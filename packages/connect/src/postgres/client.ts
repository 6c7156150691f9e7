import { loadLibrary } from '@heddle/core'
import type { Socket } from 'node:net'
import type * as pg from 'pg'
import { postgresError } from './errors.ts'

/** What a connection is opened with. */
export interface ClientOptions {
  readonly url: string
  /** The database without the password, for errors. */
  readonly where: string
  /** What it is opened for, shown by the server. */
  readonly application: string
  /** A walsender instead of a backend. */
  readonly replication?: boolean
}

/** Settings on which the text of values depends, and what must not end a long copy. */
const settings = [
  'datestyle=ISO',
  'intervalstyle=iso_8601',
  'timezone=UTC',
  'extra_float_digits=1',
  'bytea_output=hex',
  'client_encoding=UTF8',
  'statement_timeout=0',
  'idle_in_transaction_session_timeout=0',
  'synchronous_commit=on',
  // A peer that is gone without a word is noticed within a minute, and not within two hours.
  'tcp_keepalives_idle=30',
  'tcp_keepalives_interval=10',
  'tcp_keepalives_count=3',
]

/** How long a connection may take, in milliseconds (limit `postgres.connect`). */
const connectTimeoutMs = 5000

/** Values stay the texts that the server sent: what they mean is decided by the column. */
const types = { getTypeParser: () => (text: string) => text }

/**
 * Connects.
 *
 * @throws {Defect} MissingLibrary
 * @throws {Failure} Unavailable
 */
export async function openClient(options: ClientOptions): Promise<pg.Client> {
  const { url, where, application, replication = false } = options
  const { default: library } = await loadLibrary('PostgreSQL', 'pg', () => import('pg'))
  const { address, given } = separateOptions(url)
  const config: pg.ClientConfig & { replication?: string } = {
    connectionString: address,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: application,
    types: types as unknown as pg.CustomTypesConfig,
    // Ours come last, because the last one counts.
    options: [given, ...settings.map((setting) => `-c ${setting}`)].join(' '),
    ...(replication && { replication: 'database' }),
  }
  const client = new library.Client(config)
  // Nobody may be killed by an event that nobody listens to.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    throw postgresError(error, where)
  }
}

/** The number of the process that serves a connection. */
export const processOf = (client: pg.Client): number => (client as unknown as { readonly processID: number }).processID

/** Asks for rows, each a list of texts. */
export async function readRows(
  client: pg.Client,
  sql: string,
  values: readonly unknown[] = [],
): Promise<(string | null)[][]> {
  const { rows } = await client.query<(string | null)[]>({ text: sql, values: [...values], rowMode: 'array' })
  return rows
}

/** Closes a connection, also one that is lost already. It is enough to have said so: the other side may be gone. */
export async function closeClient(client: pg.Client | undefined): Promise<void> {
  if (!client) return
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Socket } }).connection
  stream.once('finish', () => stream.destroy())
  await client.end().catch(() => undefined)
}

/** The options in a URL would replace ours, so they are taken out of it. */
function separateOptions(url: string): { address: string; given: string } {
  if (!URL.canParse(url)) return { address: url, given: '' }
  const parsed = new URL(url)
  const given = parsed.searchParams.get('options') ?? ''
  parsed.searchParams.delete('options')
  return { address: parsed.href, given }
}
