import { type CommandSection, type EventSection, type Manifest, touchedPorts } from '@heddle/core'
import type { SurfaceSection } from '../../http/surface-kind.ts'

/** What of a manifest goes into a client. */
export interface Selected {
  readonly commands: readonly CommandSection[]
  readonly events: readonly EventSection[]
  /** The queries whose answers a command may change, by its name. */
  dirtiedBy(name: string): readonly string[]
  /** Its method and path, where it is not served at its name. */
  placeOf(name: string): string | undefined
}

/**
 * Chooses commands by name, `bank.*` for all of a domain, with those that tell of what they begin. Nothing that is closed,
 * and of Heddle's own commands only what is named.
 *
 * @throws {RangeError} for a name that chooses nothing
 */
export function select(manifest: Manifest, names: readonly string[] | undefined): Selected {
  const all = (manifest.parts['command'] ?? {}) as unknown as Readonly<Record<string, CommandSection>>
  const open = Object.values(all).filter(({ access }) => access !== 'closed')
  const chosen = new Map<string, CommandSection>()
  for (const name of names ??
    [...new Set(open.map(({ domain }) => `${domain}.*`))].filter((each) => each !== 'heddle.*')) {
    const found = open.filter((command) => isChosen(command.name, name))
    if (found.length === 0) throw new RangeError(`no command that can be called is named "${name}"`)
    for (const command of found) chosen.set(command.name, command)
  }
  for (const { begins, name } of chosen.values()) {
    if (!begins) continue
    const ways = [begins.awaits, begins.status, begins.watch, cancelOf(name)]
    for (const way of ways) if (all[way]) chosen.set(way, all[way])
  }
  const commands = [...chosen.values()].sort(byName)
  const domains = new Set(commands.map(({ domain }) => domain))
  const events = Object.values((manifest.parts['event'] ?? {}) as unknown as Readonly<Record<string, EventSection>>)
  return {
    commands,
    events: events.filter(({ access, domain }) => access !== undefined && domains.has(domain)).sort(byName),
    dirtiedBy: dirtied(all, commands),
    placeOf: placesIn(manifest),
  }
}

/** Where a surface serves only its routes, a command is called at one of its own: by a body, where one takes it. */
function placesIn({ parts }: Manifest): (name: string) => string | undefined {
  const surfaces = Object.values(parts['surface'] ?? {}) as unknown as readonly SurfaceSection[]
  const served = surfaces.find(({ surface }) => surface === 'http')
  if (served?.commands !== 'routes') return () => undefined
  const places = Object.keys(served.routes).sort()
  return (name) => {
    const own = places.filter((place) => served.routes[place] === name)
    return own.find((place) => !place.startsWith('GET ')) ?? own[0]
  }
}

/** By convention of workflows: `trips.BookTrip` is cancelled by `trips.CancelBookTrip`. */
export const cancelOf = (name: string): string => name.replace(/[^.]+$/, 'Cancel$&')

const isChosen = (name: string, pattern: string) =>
  pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern

const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)

/** As core's `dirtiedQueries`, with each command looked at once: a client may have a thousand. */
function dirtied(all: Readonly<Record<string, CommandSection>>, commands: readonly CommandSection[]) {
  const touched = new Map(commands.map(({ name }) => [name, touchedPorts(all, name)]))
  const byPort = new Map<string, string[]>()
  for (const { name, kind, input, output } of commands) {
    if (kind !== 'query' || 'stream' in output) continue
    // What it is handed loaded, and what stands in its answer, is read for it without a port of its own.
    const read = new Set([...touched.get(name)!, ...marks(input, 'x-entity'), ...marks(output, 'x-record')])
    for (const port of read) byPort.set(port, [...(byPort.get(port) ?? []), name])
  }
  return (name: string): readonly string[] => {
    if (all[name]?.kind !== 'command') return []
    return [...new Set([...touched.get(name)!].flatMap((port) => byPort.get(port) ?? []))].sort()
  }
}

/** The entities that a type names by a mark, however deep. */
function marks(part: unknown, mark: 'x-entity' | 'x-record'): readonly string[] {
  if (typeof part !== 'object' || part === null) return []
  const named = (part as Readonly<Record<string, unknown>>)[mark]
  const inner = Object.values(part).flatMap((each) => marks(each, mark))
  return typeof named === 'string' ? [named, ...inner] : inner
}
