import type { Json } from '@heddle/core'
import { laneOf, rankOf, type Run } from './run.ts'

const nobody = { worker: undefined, wakeAt: undefined, lane: undefined, rank: undefined } as const

/** A run that waits for its turn. */
export const readied = (tenant: string, run: Run, now: number): Run => ({
  ...run,
  ...nobody,
  state: 'ready',
  lane: laneOf(run.queue, tenant, run.facts.fairness),
  rank: rankOf(run.facts.priority, now),
})

/** A run that goes on only when somebody has looked at it. */
export const halted = (run: Run, state: 'parked' | 'blocked', because: string, at?: string): Run => ({
  ...run,
  ...nobody,
  state,
  facts: { ...run.facts, because, at },
})

/** A run that has ended. */
export function over(run: Run, state: 'succeeded' | 'failed' | 'cancelled', outcome: Json, now: number): Run {
  const { waits, because, attempts } = run.facts
  const isBare = waits === undefined && because === undefined && attempts === undefined
  const facts = isBare ? run.facts : { ...run.facts, waits: undefined, because: undefined, attempts: undefined }
  return { ...run, ...nobody, state, outcome, endedAt: new Date(now), facts }
}

/** A run that a worker has. */
export const taken = (run: Run, worker: string): Run => ({
  ...run,
  ...nobody,
  state: 'running',
  worker,
  claims: (run.claims ?? 0) + 1,
})
