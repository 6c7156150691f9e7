import pg from 'pg'
import { ownCpuNs } from './cpu.ts'
import { inMemory } from './folder.ts'
import { NotHere } from './not-here.ts'
import { serverCpuNs, statOf } from './process-cpu.ts'
import type { Contender } from './types.ts'

/** Where the processes of contenders learn of the server, or why there is none. */
const [variable, absence] = ['HEDDLE_BENCH_POSTGRES', 'HEDDLE_BENCH_NO_POSTGRES'] as const

/** Starts one PostgreSQL server for all contenders of a group. Without one, those that need it are skipped. */
export async function sharedPostgres(): Promise<() => Promise<void>> {
  try {
    // Imported here, because a machine that cannot have the server can still run the other contenders.
    const { startPostgres } = await import('../../scripts/services/postgres.ts')
    const server = await startPostgres(inMemory)
    process.env[variable] = server.url('postgres')
    return () => server.remove()
  } catch (cause) {
    process.env[absence] = `no PostgreSQL here: ${(cause as Error).message}`
    return async () => {}
  }
}

/** A contender on an empty database of the shared server. The server's CPU time counts as its own. */
export const onPostgres = (make: (url: string) => Contender): Contender => ({
  async open(operations) {
    if (process.env[absence] !== undefined) throw new NotHere(process.env[absence])
    const url = new URL(process.env[variable]!)
    const admin = new pg.Client({ connectionString: url.href })
    await admin.connect()
    const name = `bench_${process.pid}`
    await admin.query(`CREATE DATABASE ${name}`)
    // What those before left to write to the disk is theirs.
    await admin.query('CHECKPOINT')
    const { rows } = await admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const server = statOf(rows[0]!.pid)?.parent
    if (server === undefined) throw new NotHere('without /proc nobody can tell what CPU time a server takes')
    const opened = await make(Object.assign(new URL(url), { pathname: `/${name}` }).href).open(operations)
    return {
      ...opened,
      cpuNs: () => ownCpuNs() + serverCpuNs(server),
      async close() {
        await opened.close?.()
        await admin.end()
      },
    }
  },
})
