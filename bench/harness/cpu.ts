/** CPU time in nanoseconds that this process has taken so far, in all of its threads. */
export function ownCpuNs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}
