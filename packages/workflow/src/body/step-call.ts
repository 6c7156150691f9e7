import { type AnyCommand, type CallCompanion, isPromise, type Maybe, type Unit } from '@heddle/core'
import { type DataUnit, dataUnit } from '@heddle/data'
import type { Entry } from '../run/run.ts'
import type { Execution } from './execution.ts'
import type { AnyOutcome } from './host.ts'
import type { Strand } from './strand.ts'

/** A step on its way, over all its attempts: it adds its journal's entry to what the command commits. */
export class StepCall implements CallCompanion {
  /** What it hands on as its idempotency key. */
  readonly key: string
  /** Of its entry, once that may be written. */
  number: number | undefined
  /** Its entry as it was written last. */
  written: Entry | undefined
  /** Gives what aborts when nobody waits for it any more. */
  readonly signal: () => AbortSignal
  readonly #execution: Execution
  readonly #step: string
  readonly #command: string
  readonly #input: string

  /** @param input the hash of what is passed in */
  constructor(execution: Execution, { signal }: Strand, step: string, { name }: AnyCommand, input: string) {
    this.key = `${execution.run.id}/${step}`
    this.signal = signal
    this.number = undefined
    this.written = undefined
    this.#execution = execution
    this.#step = step
    this.#command = name
    this.#input = input
  }

  /** The entry that says how it ended. */
  entryOf(outcome: AnyOutcome): Maybe<Entry> {
    const { host, stored, facts } = this.#execution
    const kept = host.store.values.keepOutcome(stored.tenant, outcome, facts.isMarked)
    return isPromise(kept) ? kept.then((value) => this.#entry(value)) : this.#entry(kept)
  }

  #entry(value: Entry['value']): Entry {
    const at = new Date(this.#execution.host.ports.clock.now())
    return { key: this.#step, kind: 'step', command: this.#command, input: this.#input, value, at }
  }

  write(unit: Unit, outcome: AnyOutcome): Maybe<void> {
    const own = dataUnit({ unit }, this.#execution.run.workflow)
    // The unit of a query writes nothing: its entry has a commit of its own.
    if (own.mode === 'query') return undefined
    this.number ??= this.#execution.nextNumber()
    const entry = this.entryOf(outcome)
    return isPromise(entry) ? entry.then((late) => this.#put(own, late)) : this.#put(own, entry)
  }

  #put(unit: DataUnit, entry: Entry): void {
    const { host, run, facts } = this.#execution
    this.written = entry
    host.store.putEntry(unit, run.id, this.number!, entry, facts.isMarked)
  }
}
