import { Defect, type SystemCode } from '@heddle/core'
import { formatTraceEntry, type TraceEntry } from './trace.ts'

/** How much of the trace stands in the message. */
const shownEntries = 25

/** What a simulation found. Its message says how to repeat it and ends with the trace up to there. */
export class SimulationFailure extends Defect {
  readonly seed: number | undefined
  readonly step: number
  readonly trace: readonly TraceEntry[]

  constructor(code: SystemCode, data: FailureData, trace: readonly TraceEntry[], cause?: unknown) {
    super(code, data, { cause })
    this.seed = data.seed
    this.step = data.step
    this.trace = trace
    const last = trace.slice(-shownEntries).map(formatTraceEntry)
    this.message = [this.message, ...(data.details ?? []), '', ...last].join('\n')
  }
}

/** What is told with the failure. */
export interface FailureData {
  readonly seed?: number
  readonly step: number
  /** What did not hold. */
  readonly reason?: string
  readonly where?: string
  readonly repeat?: string
  /** More lines for the message. */
  readonly details?: readonly string[]
}

/** What was thrown, in a sentence without a full stop. */
export const reasonOf = (thrown: unknown): string =>
  (typeof thrown === 'object' && thrown !== null && 'message' in thrown
    ? String(thrown.message)
    : String(thrown)
  ).replace(/\.$/, '')
