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
    const value = versionId(name, current)
    const where = { kind: 'compare', column: 'id', by: 'eq', value } as const
    const [version] = await findRecords(database, PlanVersionRecord, 'main', { where, limit: 1 })
    if (version) pinned.set(name, { plan: version.plan as Plan, declared })
  }
  return pinned
}
