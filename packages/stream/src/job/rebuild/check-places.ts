import { Defect } from '@heddle/core'
import type { SinkSpec, SourceSpec } from '../../task/task-spec.ts'
import type { KeptJob } from '../job-record.ts'
import type { ReadyJob } from '../ready-job.ts'
import { otherOutside, otherPlace } from './other-place.ts'
import { type MovedPlace, movedPlaces, newSourceNotes, sinkPlaces } from './places.ts'
import { knownSources } from './rereads.ts'

/** The ways in and out of a job. */
interface Ways {
  readonly name: string
  readonly hash: string
  readonly sources: readonly SourceSpec[]
  readonly sinks: readonly SinkSpec[]
}

/**
 * What of a job would be another one under another plan: only where something was read or written, as the checkpoint of the plan
 * before has a position that means nothing elsewhere. Under the same plan that is what comes from outside of it, e.g. from the
 * environment.
 *
 * @param root where relative paths count from, where that is known
 */
export function movedOf({ checkpoint, facts, plan }: KeptJob, ways: Ways, root: string | undefined): MovedPlace[] {
  if (checkpoint === undefined) return []
  const { name: job, hash, sources, sinks } = ways
  const other = plan === hash ? otherOutside : otherPlace
  const now = { sources: knownSources(sources, { job }), sinks: sinkPlaces(sinks, { job }) }
  const moved = movedPlaces(facts, now, (before, after) => other(before, after, root))
  return moved.filter(({ way, name }) => way === 'sink' || isRead(checkpoint.lanes[name]))
}

const isRead = (lanes: Readonly<Record<string, { readonly position: unknown }>> = {}): boolean =>
  Object.values(lanes).some(({ position }) => position !== null)

/** @throws {Defect} PlaceChanged where a source would read something else from where it was, or a sink write on somewhere else */
export function checkPlaces(kept: KeptJob | undefined, { name: job, hash, spec }: ReadyJob, root: string): void {
  if (kept === undefined) return
  const [first] = movedOf(kept, { name: job, hash, sources: spec.sources, sinks: spec.sinks }, root)
  if (first) throw new Defect('PlaceChanged', { job, ...first })
}

/** What comes of sources that the plan before did not have, as sentences. */
export const beginningSources = (
  { facts }: KeptJob,
  { sources }: { readonly sources: readonly SourceSpec[] },
): string[] =>
  newSourceNotes(
    facts.sources,
    sources.map(({ name, source: { kind } }) => ({ name, kind })),
  )
