import type { Json } from '@heddle/core'
import type { Entry, Signal, StoredRun, Wait } from '../run/run.ts'
import { endStates } from '../run/run.ts'
import { farOf, farWithin } from '../value/far.ts'
import type { Strand } from './strand.ts'

/** A wait that a body is at. */
export interface Pending {
  readonly kind: Wait['kind']
  readonly key: string
  readonly strand: Strand
  /** When it is over by itself, UTC, milliseconds since 1970. */
  readonly until?: number | undefined
  /** The signal's name, or the child's run: the one that goes on from it, once that is known. */
  name?: string | undefined
  /** Whether the child was asked to end. */
  childTold?: boolean
  readonly settle: (entry?: Entry) => void
  readonly cancel: () => void
}

/** What is over, and how it is told once it is durable. */
export interface Over {
  readonly entries: readonly Entry[]
  readonly taken: readonly Signal[]
  readonly tell: () => void
}

/** Of a body that has waited for nothing yet. Never written to. */
const nothing = new Map<string, Pending>()

/** What a body waits for. */
export class Waits {
  #pending = nothing

  get size(): number {
    return this.#pending.size
  }

  /** All of them. */
  get list(): readonly Pending[] {
    return [...this.#pending.values()]
  }

  add(wait: Pending): void {
    if (this.#pending === nothing) this.#pending = new Map()
    this.#pending.set(wait.key, wait)
  }

  remove(key: string): void {
    this.#pending.delete(key)
  }

  clear(): void {
    this.#pending.clear()
  }

  values(): Iterable<Pending> {
    return this.#pending.values()
  }

  /** Those of strands that do not know that the run was cancelled. */
  untold(): Pending[] {
    return [...this.#pending.values()].filter(({ strand, childTold }) => !strand.isTold && !childTold)
  }

  /** Forgets what strands wait for that were given up. */
  giveUp(): void {
    for (const [key, wait] of this.#pending) {
      if (!wait.strand.isGone) continue
      this.#pending.delete(key)
      if (wait.kind === 'retry') wait.cancel()
    }
  }

  /** The runs of children that are waited for. */
  children(): string[] {
    return [...this.#pending.values()].flatMap(({ kind, name }) => (kind === 'child' ? [name!] : []))
  }

  /** When the first of them is over by itself. */
  soonest(): number | undefined {
    let soonest: number | undefined
    for (const { until } of this.#pending.values()) {
      if (until !== undefined) soonest = Math.min(soonest ?? until, until)
    }
    return soonest
  }

  /** Times that outlive this process only when they are written down. */
  timed(): Pending[] {
    return [...this.#pending.values()].filter(({ kind, until }) => until !== undefined && kind !== 'retry')
  }

  /** What is said of them in the row of the run. */
  facts(): Wait[] {
    return [...this.#pending.values()].map(({ kind, key, until, name }) => ({ kind, key, until, name }))
  }

  /** Those that are over: for a time that has come, for a signal that was sent, for a child that has ended. */
  over(now: number, signals: readonly Signal[], children: ReadonlyMap<string, StoredRun>): Over | undefined {
    const at = new Date(now)
    const entries: Entry[] = []
    const taken: Signal[] = []
    const told: (() => void)[] = []
    const done = (wait: Pending, entry: Entry) => {
      entries.push(entry)
      told.push(() => wait.settle(entry))
    }
    for (const wait of this.#pending.values()) {
      const { kind, key, name, until } = wait
      const isTime = until !== undefined && until <= now
      if (kind === 'retry' && isTime) told.push(() => wait.settle())
      else if (kind === 'timer' && isTime) done(wait, { key, kind: 'fired', at })
      else if (kind === 'child') {
        const child = children.get(name!)
        if (child && endStates.has(child.run.state)) done(wait, entryOf(wait, child.run.outcome, at))
      } else if (kind === 'signal') {
        const signal = signals.find((one) => one.name === name && !taken.includes(one))
        if (signal) {
          taken.push(signal)
          done(wait, { key, kind: 'signal', value: valueOf(signal), at })
        } else if (isTime) done(wait, { key, kind: 'signal', value: { none: true }, at })
      }
    }
    return told.length === 0 ? undefined : { entries, taken, tell: () => told.forEach((tell) => tell()) }
  }
}

/** What a signal brought, as it is recorded. */
function valueOf({ data = null }: Signal): Json {
  const found = farOf(data)
  return found ? farWithin({}, 'data', found) : { data }
}

const entryOf = ({ key, kind }: Pending, value: Json | undefined, at: Date): Entry => ({
  key,
  kind: kind as 'child',
  value: value ?? null,
  at,
})
