import { readdirSync, readFileSync } from 'node:fs'

/** The kernel tells times in hundredths of a second, on every architecture (USER_HZ). */
const tickNs = 10_000_000

/** CPU time in nanoseconds that a server and its processes have taken, those that ended included. */
export function serverCpuNs(server: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const all = processes.map((name) => ({ pid: Number(name), stat: statOf(Number(name)) }))
  const own = all.reduce((sum, { pid, stat }) => (pid === server ? sum + stat!.ticks + stat!.endedTicks : sum), 0)
  return all.reduce((sum, { stat }) => (stat?.parent === server ? sum + stat.ticks : sum), own) * tickNs
}

/** What `/proc/<pid>/stat` tells of a process: proc_pid_stat(5). Undefined when it has ended. */
export function statOf(pid: number): { parent: number; ticks: number; endedTicks: number } | undefined {
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
