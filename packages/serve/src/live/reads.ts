import { type AnyCommand, findRefs, type OpenApp, type Port } from '@heddle/core'

/** The names of the entities on which a query's answer may rest; undefined where that may be any. */
export function readsOf(app: Pick<OpenApp, 'commands'>, query: AnyCommand): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  const seen = new Set<AnyCommand>([query])
  // A set that grows while it is walked gives what was added, too.
  for (const command of seen) {
    const refs = findRefs(command.input)
    if (typeof refs === 'string') return undefined
    for (const { target } of refs) names.add(target.name)
    for (const port of command.uses) {
      const read = readsOfPort(port)
      if (!read) return undefined
      for (const name of read) names.add(name)
    }
    for (const callee of command.calls) seen.add(app.commands.get(callee.name) ?? callee)
  }
  return names
}

/** What is outside of the app tells of no change. */
const readsOfPort = ({ reads, bind }: Port): Iterable<string> | undefined => (reads ? reads() : bind ? undefined : [])
