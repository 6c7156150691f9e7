import { type Comparison, Failure } from '@heddle/core'
import { type Database, findRecords, PlanVersionRecord } from '@heddle/data'
import { versionId } from '@heddle/pipeline'
import type { AnyWorkflow, WorkflowFacts } from '../define/types.ts'

/** Reads the plan of a version of a workflow. Undefined where none is kept. */
export type PlanHistory = (workflow: string, version: string) => Promise<unknown>

/** The plans that a database keeps. */
export const plansIn =
  (database: Database): PlanHistory =>
  async (workflow, version) => {
    const where = { kind: 'compare', column: 'id', by: 'eq', value: versionId(workflow, version) } as const
    const [found] = await findRecords(database, PlanVersionRecord, 'main', { where, limit: 1 })
    return found?.plan
  }

/** The plans that a running process keeps, which is asked for them. */
export const plansOf =
  (ask: NonNullable<Comparison['ask']>): PlanHistory =>
  async (pipeline, version) => {
    try {
      return ((await ask('heddle.ShowPipeline', { pipeline, version })) as { readonly plan?: unknown }).plan
    } catch (thrown) {
      // It never had this plan.
      if (thrown instanceof Failure) return undefined
      throw thrown
    }
  }

/** The code of a version that the app no longer holds: that of a plan is made anew of what is kept. */
export async function olderCode(
  { name, older }: AnyWorkflow,
  version: string,
  history: PlanHistory | undefined,
): Promise<WorkflowFacts | undefined> {
  const plan = older && (await history?.(name, version))
  return plan === undefined ? undefined : older!(plan)
}
