import { type AnyFailure, type KeptOutcome, outcomeFromKept, outgoingFailure, type Schema } from '@heddle/core'
import { z } from 'zod'
import type { WorkflowFacts } from '../define/types.ts'
import { endStates, type Run, type RunState, type Wait } from '../run/run.ts'

const states = [
  'ready',
  'running',
  'waiting',
  'paused',
  'parked',
  'blocked',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies readonly RunState[]

/** The type of the state of a run. */
export const stateType = z.enum(states)

/** Something that a run waits for, as it is told. */
export const waitType = z.object({
  kind: z.string(),
  key: z.string(),
  name: z.string().optional(),
  until: z.iso.datetime().optional(),
})

/** What a status tells of every run, whatever its workflow. */
export const runFields = {
  run: z.string(),
  workflow: z.string(),
  version: z.string(),
  state: stateType,
  queue: z.string(),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  startsAt: z.iso.datetime().optional(),
  because: z.string().optional().describe('Why it is parked, blocked or paused'),
  at: z.string().optional().describe('The journal key of the step that it stopped at'),
  continuedAs: z.string().optional().describe('The run that goes on from it'),
  cancelling: z.boolean().optional().describe('Whether it was asked to end, and has not yet'),
}

const errorType = z.looseObject({ code: z.string(), key: z.string(), message: z.string() })

/** The type of where a run of a workflow stands. */
export const statusType = (output: Schema) =>
  z.object({
    ...runFields,
    waits: z.array(waitType),
    value: (output as z.ZodType).optional(),
    errors: z.array(errorType).optional(),
  })

/** Where a run of a workflow stands. */
export interface RunStatus<Value> {
  readonly run: string
  readonly workflow: string
  readonly version: string
  readonly state: RunState
  readonly queue: string
  readonly createdAt: string
  readonly endedAt?: string
  readonly startsAt?: string
  readonly because?: string
  readonly at?: string
  readonly continuedAs?: string
  readonly cancelling?: boolean
  readonly waits: readonly {
    readonly kind: string
    readonly key: string
    readonly name?: string
    readonly until?: string
  }[]
  readonly value?: Value
  readonly errors?: readonly { readonly code: string; readonly key: string; readonly message: string }[]
}

/** A time as it is told. */
export const shownTime = (ms: number): string => new Date(ms).toISOString()

/** What is told of every run. */
export function shownRun({ id, workflow, version, state, queue, wakeAt, createdAt, endedAt, facts }: Run) {
  const { because, at, continuedAs, cancel } = facts
  const startsAt = state === 'ready' ? wakeAt : undefined
  return {
    run: id,
    workflow,
    version,
    state,
    queue,
    createdAt: createdAt.toISOString(),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
    ...(startsAt && { startsAt: startsAt.toISOString() }),
    ...(because !== undefined && { because }),
    ...(at !== undefined && { at }),
    ...(continuedAs !== undefined && { continuedAs }),
    ...(cancel && !endedAt && { cancelling: true }),
  }
}

/** A wait as it is told. */
export const shownWait = ({ kind, key, name, until }: Wait) => ({
  kind,
  key,
  ...(name !== undefined && { name }),
  ...(until !== undefined && { until: shownTime(until) }),
})

/** Where a run stands. */
export function shownStatus(run: Run, facts: Pick<WorkflowFacts, 'output' | 'errors'>): RunStatus<unknown> {
  const waits = run.state === 'waiting' ? (run.facts.waits ?? []).map(shownWait) : []
  const shown = { ...shownRun(run), waits }
  if (!endStates.has(run.state) || run.outcome === undefined || run.facts.continuedAs !== undefined) return shown
  const outcome = outcomeFromKept(facts, run.outcome as unknown as KeptOutcome)
  return outcome.ok ? { ...shown, value: outcome.value } : { ...shown, errors: outcome.errors.map(shownFailure) }
}

/** An error of a run as it is told: without secrets, and with personal data masked. */
export const shownFailure = (failure: AnyFailure) => ({ ...outgoingFailure(failure).toJSON() })
