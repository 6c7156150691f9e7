import pg from 'pg'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { ownCpuNs } from './cpu.ts'
import type { Contender } from './types.ts'

/** Where the processes of contenders learn of the server. */
const variable = 'HEDDLE_BENCH_POSTGRES'

/** Starts one PostgreSQL server for all contenders of a group. */
export async function sharedPostgres(): Promise<(() => Promise<void>) | { readonly skipped: string }> {
  if (!existsSync('/proc/self/stat')) return { skipped: 'without /proc nobody can tell what CPU time a server takes' }
  try {
    // Imported here, because a machine that cannot have the server can still run the other groups.
    const { startPostgres } = await import('../../scripts/services/postgres.ts')
    const server = await startPostgres()
    process.env[variable] = server.url('postgres')
    return () => server.remove()
  } catch (cause) {
    return { skipped: `no PostgreSQL here: ${(cause as Error).message}` }
  }
}

/** A contender on an empty database of the shared server. The server's CPU time counts as its own. */
export const onPostgres = (make: (url: string) => Contender): Contender => ({
  async open() {
    const url = new URL(process.env[variable]!)
    const admin = new pg.Client({ connectionString: url.href })
    await admin.connect()
    const name = `bench_${process.pid}`
    await admin.query(`CREATE DATABASE ${name}`)
    // What those before left to write to the disk is theirs.
    await admin.query('CHECKPOINT')
    const { rows } = await admin.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const server = statOf(rows[0]!.pid)!.parent
    const opened = await make(Object.assign(new URL(url), { pathname: `/${name}` }).href).open()
    return {
      ...opened,
      cpuNs: () => ownCpuNs() + serverNs(server),
      async close() {
        await opened.close?.()
        await admin.end()
      },
    }
  },
})

/** The kernel tells times in hundredths of a second, on every architecture (USER_HZ). */
const tickNs = 10_000_000

/** CPU time that a server and its processes have taken, those that ended included. */
function serverNs(server: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const all = processes.map((name) => ({ pid: Number(name), stat: statOf(Number(name)) }))
  const own = all.reduce((sum, { pid, stat }) => (pid === server ? sum + stat!.ticks + stat!.endedTicks : sum), 0)
  return all.reduce((sum, { stat }) => (stat?.parent === server ? sum + stat.ticks : sum), own) * tickNs
}

/** What `/proc/<pid>/stat` tells of a process: proc_pid_stat(5). Undefined when it has ended. */
function statOf(pid: number): { parent: number; ticks: number; endedTicks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program may hold anything, so fields are counted from behind it: state is the third.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [parent, user, system, endedUser, endedSystem] = [4, 14, 15, 16, 17].map((field) => Number(fields[field - 3]))
    return { parent: parent!, ticks: user! + system!, endedTicks: endedUser! + endedSystem! }
  } catch {
    return undefined
  }
}
