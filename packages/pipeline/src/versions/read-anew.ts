import { planHash } from '../plan/hash.ts'
import { invalidPlan } from '../run/invalid-plan.ts'
import { type LoadedPlan, loadPlan } from '../text/load-plan.ts'
import type { LivePipelines } from './live-pipelines.ts'
import type { OpenRunCounts, PlanPart } from './plan-part.ts'

/**
 * A pipeline made of what its file says now; the same one where nothing has changed.
 *
 * @throws {Defect} InvalidPlan, with every mistake at its place
 */
export async function readAnew(
  live: LivePipelines,
  declared: PlanPart,
): Promise<{ readonly part: PlanPart; readonly runs?: OpenRunCounts | undefined }> {
  const { name, file } = declared
  const read = loadPlan(file!)
  if (!read.ok) throw invalidPlan(name, read.errors)
  if (contents({ ...read.loaded, plan: { ...read.loaded.plan, pipeline: name } }) === contents(declared))
    return { part: declared }
  const part = live.prepare(name, read.loaded)
  return { part, runs: await part.survey?.(live.app, live.running(name)!) }
}

/** What a plan says, together with those that it imports. */
function contents({ plan, imported }: Pick<LoadedPlan, 'plan' | 'imported'>): string {
  return [planHash(plan), ...imported.map(contents)].join(' ')
}
