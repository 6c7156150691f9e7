import { type Comparison, Failure, type Json } from '@heddle/core'
import { DataTransactions, findRecords, PlanVersionRecord } from '@heddle/data'
import { maskedPlan, type Plan, versionId } from '@heddle/pipeline'
import type { StateSection } from '../state/compare.ts'
import { JobStore } from './job-store.ts'

/** The state that a job has, with the plan that it is of. */
interface HeldState {
  readonly hash: string
  readonly steps: Readonly<Record<string, StateSection>>
  /** Undefined where no such version is kept. */
  readonly plan: unknown
}

/**
 * What is deployed of jobs, with the state that they have by now. A manifest is of the start of an app: since then a plan may
 * have been reloaded, and the plan of the start may have been refused.
 */
export async function heldSections(comparison: Comparison): Promise<Comparison['before']> {
  const sections = Object.entries(comparison.before).map(async ([name, section]) => {
    const held = await heldState(comparison, name)
    const isOther = held !== undefined && held.hash !== (section as { readonly hash?: Json }).hash
    return [name, isOther ? { ...(section as object), ...held } : section] as const
  })
  return Object.fromEntries(await Promise.all(sections)) as Comparison['before']
}

/** Undefined where it has none, or nobody is there to be asked. */
async function heldState({ ports, parts, ask }: Comparison, job: string): Promise<HeldState | undefined> {
  if (ports?.transactions instanceof DataTransactions) {
    const { database } = ports.transactions
    const part = parts?.find(({ kind, name }) => kind.name === 'job' && name === job)
    const tenant = (part as { readonly options?: { readonly tenant?: string } } | undefined)?.options?.tenant
    const kept = await new JobStore(database, tenant ?? 'main', ports).read(job)
    if (!kept?.checkpoint) return undefined
    const where = { kind: 'compare', column: 'id', by: 'eq', value: versionId(job, kept.plan) } as const
    const [version] = await findRecords(database, PlanVersionRecord, 'main', { where, limit: 1 })
    return {
      hash: kept.plan,
      steps: kept.facts.steps,
      plan: version?.plan && maskedPlan(version.plan as unknown as Plan),
    }
  }
  if (!ask) return undefined
  const told = await answerOf(ask('heddle.ListCheckpoints', { pipeline: job }))
  const { state } = (told ?? {}) as { readonly state?: Omit<HeldState, 'plan'> }
  if (!state) return undefined
  const shown = await answerOf(ask('heddle.ShowPipeline', { pipeline: job, version: state.hash }))
  return { ...state, plan: (shown as { readonly plan?: unknown } | undefined)?.plan }
}

/** Undefined where the app that is asked knows nothing of it. */
const answerOf = (answer: Promise<Json>): Promise<Json | undefined> =>
  answer.catch((thrown: unknown) => {
    if (thrown instanceof Failure) return undefined
    throw thrown
  })
