import { Failure } from '@heddle/core'
import type { Checkpoint } from '../../task/checkpoint.ts'
import type { SourceSpec, TaskSpec } from '../../task/task-spec.ts'
import type { SourceHost } from '../../source/source.ts'
import { otherPlace } from './other-place.ts'
import { byName, digestOf, type NewPlace, type PlaceHost, type Places, sinkPlaces } from './places.ts'

/** What is known of a source without opening it. */
export interface KnownSource extends NewPlace {
  readonly rereads: boolean | undefined
  /** Whether its records have the same event time when they are read again. */
  readonly hasTime: boolean | undefined
  /** Why it cannot be read from its beginning again, where that is not plain. */
  readonly once?: string | undefined
}

/** What is known of the sources of a plan. */
export const knownSources = (sources: readonly SourceSpec[], host: PlaceHost): KnownSource[] =>
  sources.map(({ name, source, timeOf }) => {
    const { kind, guarantees, tellsTimes, how, paths, identity, once } = source
    const hasTime = timeOf !== undefined || tellsTimes === true
    const place = { name, kind, what: source.describe(), how, paths, ...digestOf(identity, host) }
    return { ...place, rereads: guarantees.rereads, hasTime, ...(once !== undefined && { once }) }
  })

/** What the sources of a plan read, and where its sinks write that keep something outside, as it is kept. */
export const placesOf = ({ job, sources, sinks }: TaskSpec, root: string) => ({
  sources: byName(knownSources(sources, { job }), root),
  sinks: byName(sinkPlaces(sinks, { job }), root),
})

/**
 * Why the state of a plan cannot be built anew from its sources, as a sentence; undefined where nothing is known against it.
 *
 * @param before what the sources of the plan before it read, where that is known
 * @param root where relative paths count from, where that is known
 */
export function hindrance(
  sources: readonly KnownSource[],
  before: Places | undefined,
  root?: string,
): string | undefined {
  for (const source of sources) {
    const { name, kind, rereads, hasTime, once } = source
    if (rereads !== true) {
      const why = once === undefined ? '' : `: ${once}`
      return `the source ${named(name, kind)} cannot be read from its beginning again${why}`
    }
    if (hasTime !== true) {
      return `the records of the source ${named(name, kind)} would have another time when they are read again: say its \`time\``
    }
    if (before === undefined) continue
    if (before[name] === undefined) return `the source ${named(name, kind)} is new`
    if (otherPlace(before[name], source, root) !== undefined) {
      return `the source ${named(name, kind)} reads something else now`
    }
  }
  return undefined
}

const named = (name: string, kind: string): string => (name === 'source' ? `"${kind}"` : `"${name}" (${kind})`)

/** Asks open sources whether all that was read of them is still there. Answers like `hindrance`. */
export async function goneHindrance(
  sources: readonly SourceSpec[],
  places: Checkpoint['lanes'],
  host: Omit<SourceHost, 'name' | 'schema' | 'decode'>,
): Promise<string | undefined> {
  for (const { name, source, schema, decode } of sources) {
    try {
      const open = await source.open({ ...host, name, schema, decode })
      try {
        for (const [partition, { offset, position }] of Object.entries(places[name] ?? {})) {
          if (offset === 0 || position === null || (await open.rereads?.(partition, position)) !== false) continue
          const which = partition === '0' ? '' : `, partition "${partition}"`
          return `the source ${named(name, source.kind)}${which} does not have its first records any more`
        }
      } finally {
        await open.close()
      }
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown
      return `the source ${named(name, source.kind)} cannot be read: ${thrown.message}`
    }
  }
  return undefined
}
