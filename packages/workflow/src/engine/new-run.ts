import type { Json } from '@heddle/core'
import { laneOf, rankOf, type Run, type RunFacts } from '../run/run.ts'

/** How a run is asked for. */
export interface NewRun {
  readonly tenant: string
  readonly id: string
  readonly workflow: string
  readonly version: string
  readonly queue: string
  readonly input: Json
  readonly principal?: string
  readonly parent?: string
  readonly parentKey?: string
  readonly facts: RunFacts
  /** UTC, milliseconds since 1970. Missing: at once. */
  readonly startAt?: number
  /** It waits for its turn even where it need not: one of many that are written at once. */
  readonly inLine?: boolean
}

/**
 * The row of a new run.
 *
 * @param worker who begins it at once, if somebody does
 */
export function rowOf(asked: NewRun, now: number, worker: string | undefined): Run {
  const { id, workflow, version, queue, input, principal, parent, parentKey, facts, startAt, tenant } = asked
  const base = { id, workflow, version, queue, input, principal, parent, parentKey, facts, deaths: 0, mark: 0 }
  const run = { ...base, createdAt: new Date(now) }
  if (startAt !== undefined && startAt > now) return { ...run, state: 'ready', wakeAt: new Date(startAt) }
  if (worker !== undefined) return { ...run, state: 'running', worker }
  return { ...run, state: 'ready', lane: laneOf(queue, tenant, facts.fairness), rank: rankOf(facts.priority, now) }
}
