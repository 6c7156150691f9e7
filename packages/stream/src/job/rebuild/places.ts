import { hashOf, type Json } from '@heddle/core'
import type { Source } from '../../source/source.ts'
import type { SinkSpec } from '../../task/task-spec.ts'
import { otherPlace, withPaths } from './other-place.ts'
import { pathFrom, plainPath } from './same-path.ts'

/** Where a source reads or a sink writes, as far as that is told. */
export interface Place {
  readonly kind: string
  readonly what: Json
  /** Stands for what tells the place and is masked in `what`; missing where that is not known, and in what was kept before there was one. */
  readonly digest?: string
}

/** The name of a source or sink → where it reads or writes. */
export type Places = Readonly<Record<string, Place>>

/** A place under another plan. */
export interface NewPlace extends Place {
  readonly name: string
  /** The fields of `what` that may change: they say only how it is read or written. */
  readonly how?: readonly string[] | undefined
  /** The fields of `what` that are paths; `place` where it is one itself. */
  readonly paths?: readonly string[] | undefined
  /** The fields of `what` for which the digest stands. */
  readonly digested?: readonly string[] | undefined
}

/** A source or sink that would be another one under the name that it has. */
export interface MovedPlace {
  readonly way: 'source' | 'sink'
  readonly name: string
  /** What changed, e.g. `path "a.ndjson" → "b.ndjson"`. */
  readonly change: string
}

/** For whom places are told. */
export interface PlaceHost {
  /** The job that has them. */
  readonly job: string
  /** From which a part of them may be read. @default that of the process */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** What stands for the part of a place that is not told: salted with the job's name, so that nobody sees that two jobs have the same one. */
export function digestOf(
  identity: Source['identity'],
  { job, environment = process.env }: PlaceHost,
): Pick<NewPlace, 'digest' | 'digested'> {
  const told = identity?.(environment)
  return told === undefined ? {} : { digest: hashOf({ job, identity: told }), digested: Object.keys(told) }
}

/** Where the sinks of a plan write that keep something of an epoch outside: what is left there is of that place alone. */
export const sinkPlaces = (sinks: readonly SinkSpec[], host: PlaceHost): NewPlace[] =>
  sinks
    .filter(({ sink: { delivery } }) => delivery === 'staged' || delivery === 'transactional')
    .map(({ name, sink: { kind, place, how, paths, identity, describe } }) => {
      return { name, kind, what: place ?? describe(), how, paths, ...digestOf(identity, host) }
    })

/**
 * Places by their names, as they are kept.
 *
 * @param root where the app is: paths in its folder are kept as such, since they go with it
 */
export const byName = (places: readonly NewPlace[], root: string): Places =>
  Object.fromEntries(
    places.map(({ name, kind, what, paths, digest }) => [
      name,
      { kind, what: withPaths(what, paths, (path) => pathFrom(root, path)), ...(digest !== undefined && { digest }) },
    ]),
  )

/** A place as text, which is the same for two that are the same. */
export const placeText = (place: string, paths: readonly string[] = []): string =>
  paths.includes('place') ? plainPath(place) : place

/** Sources that would read something else, and sinks that would write somewhere else, under the names that they have. */
export function movedPlaces(
  before: { readonly sources?: Places | undefined; readonly sinks?: Places | undefined },
  after: { readonly sources: readonly NewPlace[]; readonly sinks: readonly NewPlace[] },
  other: (before: Place, after: NewPlace) => string | undefined = otherPlace,
): MovedPlace[] {
  return [
    ...moved('source', before.sources, after.sources, other),
    // A sink of another kind takes nothing over of what the one before it left.
    ...moved('sink', before.sinks, after.sinks, other).filter(
      ({ name }) => before.sinks?.[name]?.kind === after.sinks.find((one) => one.name === name)?.kind,
    ),
  ]
}

const moved = (
  way: MovedPlace['way'],
  before: Places = {},
  after: readonly NewPlace[],
  other: (before: Place, after: NewPlace) => string | undefined,
): MovedPlace[] =>
  after.flatMap((place): MovedPlace[] => {
    const { name } = place
    const change = Object.hasOwn(before, name) ? other(before[name]!, place) : undefined
    return change === undefined ? [] : [{ way, name, change }]
  })

/** What is to be done about it. */
export const movedHelp = {
  source:
    'Give it another name (sources: { NAME: … }), and it begins at its beginning; or reset the job, which then reads all its sources anew.',
  sink: 'Give it another name (sinks: { NAME: … }), and it begins with nothing; or reset the job.',
}

/** Of sources that the plan before did not have, what comes of them. */
export const newSourceNotes = (
  before: Places | undefined,
  sources: readonly Pick<NewPlace, 'name' | 'kind'>[],
): string[] =>
  before === undefined
    ? []
    : sources
        .filter(({ name }) => !Object.hasOwn(before, name))
        .map(({ name, kind }) => `The source "${name}" (${kind}) is new, and begins at its beginning.`)
