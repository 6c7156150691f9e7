import type { CommandSection } from './describe-command.ts'

/** The commands of a manifest, by name. */
type Commands = Readonly<Record<string, Pick<CommandSection, 'kind' | 'uses' | 'calls'>>>

/**
 * The names of the ports that a command uses itself or through those that it calls. A repository goes by the name of its
 * entity.
 */
export function touchedPorts(commands: Commands, name: string): ReadonlySet<string> {
  const ports = new Set<string>()
  const seen = new Set([name])
  // A set that grows while it is walked gives what was added, too.
  for (const each of seen) {
    const { uses, calls } = commands[each] ?? { uses: [], calls: [] }
    for (const port of uses) ports.add(port)
    for (const callee of calls) seen.add(callee)
  }
  return ports
}

/**
 * The queries whose answers a command may have changed: those that touch a port that it touches. Which records it wrote is
 * not known, so some of them answer as before.
 */
export function dirtiedQueries(commands: Commands, name: string): string[] {
  if (commands[name]?.kind !== 'command') return []
  const touched = touchedPorts(commands, name)
  const shares = (query: string) => [...touchedPorts(commands, query)].some((port) => touched.has(port))
  return Object.keys(commands).filter((other) => commands[other]!.kind === 'query' && shares(other))
}
