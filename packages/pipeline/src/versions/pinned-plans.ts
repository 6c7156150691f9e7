import { type Database, findRecords, PipelineRecord, PlanVersionRecord } from '@heddle/data'
import type { Plan } from '../plan/plan.ts'
import { versionId } from './version-id.ts'

/** A version that somebody went back to. */
export interface Pinned {
  readonly plan: Plan
  /** The version of the app's files at which it was: it counts as long as they hold the same. */
  readonly declared: string
}

/** The plans that run in the place of those of the app's files, by pipeline: read before the app takes calls. */
export async function pinnedPlans(database: Database | undefined): Promise<ReadonlyMap<string, Pinned>> {
  const pinned = new Map<string, Pinned>()
  if (!database) return pinned
  for (const { name, current, declared } of await findRecords(database, PipelineRecord, 'main')) {
    if (current === declared) continue
    const plan = await storedPlan(database, name, current)
    if (plan) pinned.set(name, { plan, declared })
  }
  return pinned
}

/** The plan that is to run of a pipeline, with everything that stands in it: it is not for people, who are told it masked. */
export async function currentPlan(database: Database, name: string): Promise<Plan | undefined> {
  const where = { kind: 'compare', column: 'name', by: 'eq', value: name } as const
  const [state] = await findRecords(database, PipelineRecord, 'main', { where, limit: 1 })
  return state && storedPlan(database, name, state.current)
}

async function storedPlan(database: Database, name: string, hash: string): Promise<Plan | undefined> {
  const where = { kind: 'compare', column: 'id', by: 'eq', value: versionId(name, hash) } as const
  const [version] = await findRecords(database, PlanVersionRecord, 'main', { where, limit: 1 })
  return version?.plan as Plan | undefined
}
