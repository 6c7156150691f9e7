import type { Clock } from '@heddle/core'

/** What happened in a simulation, in order. */
export interface TraceEntry {
  /** Virtual milliseconds since the simulation began. */
  readonly atMs: number
  /** The step of the workload that it belongs to; for port calls and faults the newest one. */
  readonly step: number
  readonly event: 'call' | 'outcome' | 'port' | 'fault' | 'crash' | 'open'
  readonly text: string
}

/** An entry as one line. */
export const formatTraceEntry = ({ atMs, step, event, text }: TraceEntry): string =>
  `${String(atMs).padStart(8)} ms  step ${String(step).padEnd(4)} ${event.padEnd(7)} ${text}`

/** Writes down what happens. */
export class Trace {
  readonly entries: TraceEntry[] = []
  step = 0
  readonly #clock: Clock
  readonly #startMs: number

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startMs = clock.now()
  }

  add(event: TraceEntry['event'], text: string, step = this.step): void {
    this.entries.push({ atMs: this.#clock.now() - this.#startMs, step, event, text })
  }
}

/** Where two traces part: the first entries that are not the same. Undefined when there are none. */
export function firstDifference(one: readonly TraceEntry[], other: readonly TraceEntry[]) {
  const length = Math.max(one.length, other.length)
  for (let index = 0; index < length; index++) {
    const [first, second] = [one[index], other[index]].map((entry) => entry && formatTraceEntry(entry))
    if (first !== second) return { step: (one[index] ?? other[index])!.step, first, second }
  }
  return undefined
}
