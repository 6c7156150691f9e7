import { type AnyCommand, findRefs, type OpenApp, type Port } from '@heddle/core'

type Facts = Pick<OpenApp, 'commands' | 'parts'>

/** The names of the entities on which a query's answer may rest; undefined where that may be any. */
export function readsOf(app: Pick<Facts, 'commands'>, query: AnyCommand): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const command of behind(app, query)) {
    const refs = findRefs(command.input)
    if (typeof refs === 'string') return undefined
    for (const { target } of refs) names.add(target.name)
    for (const port of command.uses) {
      const read = readsOfPort(port)
      if (!read) return undefined
      for (const name of read) names.add(name)
    }
  }
  return names
}

/**
 * Calls back when what a query's answer rests on beside records, e.g. a live view, may be another.
 *
 * @returns the way to stop; undefined where there is nothing of the kind
 */
export function watchBeside(app: Facts, query: AnyCommand, changed: () => void): (() => void) | undefined {
  const watched = new Set<Port>()
  for (const { uses } of behind(app, query)) for (const port of uses) if (port.watch) watched.add(port)
  if (watched.size === 0) return undefined
  const stops = app.parts.flatMap(({ provides }) =>
    provides && watched.has(provides.port) ? [provides.port.watch!(provides.service, changed)] : [],
  )
  return () => stops.forEach((stop) => stop())
}

/** A query and all that it may call. */
function behind(app: Pick<Facts, 'commands'>, query: AnyCommand): Iterable<AnyCommand> {
  const seen = new Set<AnyCommand>([query])
  // A set that grows while it is walked gives what was added, too.
  for (const { calls } of seen) for (const callee of calls) seen.add(app.commands.get(callee.name) ?? callee)
  return seen
}

/** What is outside of the app tells of no change. */
const readsOfPort = ({ reads, bind }: Port): Iterable<string> | undefined => (reads ? reads() : bind ? undefined : [])
