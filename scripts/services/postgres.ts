// A real PostgreSQL server from npm, for the tests that need one. The project `services` starts one and all its tests share it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { embeddedPostgres } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'

/** A server of one's own, which can be stopped and started again on the same port. */
export interface PostgresServer {
  /** The address of one of its databases. */
  url(database: string): string
  start(): Promise<void>
  /** Ends every connection at once, as an operator's restart does. */
  stop(): Promise<void>
  /** Stops it and removes its files. */
  remove(): Promise<void>
}

/**
 * Makes a server with its files in a new folder of `parent`, and starts it.
 *
 * @param settings of its configuration, e.g. `{ wal_level: 'logical' }`
 */
export async function startPostgres(
  parent = tmpdir(),
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const databaseDir = await mkdtemp(join(parent, 'heddle-postgres-'))
  const port = await freePort()
  const log: string[] = []
  const EmbeddedPostgres = await embeddedPostgres()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'heddle',
    password: 'heddle',
    authMethod: 'scram-sha-256',
    // As root it refuses to run, so it gets a user of its own.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--no-locale'],
    postgresFlags: Object.entries({
      max_connections: '300',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ...settings,
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: (line) => log.push(String(line)),
    onError: (error) => log.push(String(error)),
  })
  const start = async () => {
    try {
      await server.start()
    } catch (cause) {
      throw new Error(`PostgreSQL does not start:\n${log.slice(-20).join('\n')}`, { cause })
    }
  }
  await server.initialise()
  await start()
  return {
    url: (database) => `postgres://heddle:heddle@127.0.0.1:${port}/${database}`,
    start,
    stop: () => server.stop(),
    async remove() {
      await server.stop()
      await rm(databaseDir, { recursive: true, force: true })
    },
  }
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The database of the shared server that is always there; see `freshDatabase`. */
    postgresUrl: string
  }
}

/** Runs around all tests of the project `services`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('postgresUrl', server.url('postgres'))
  return () => server.remove()
}
