import {
  type DeadLetter,
  FailedCall,
  Failure,
  type FailureJson,
  formatErrorKey,
  type Json,
  type NewDeadLetter,
  systemFailure,
  toJson,
} from '@heddle/core'
import type { SinkRecord } from '../sink/sink.ts'
import type { UnreadRecord } from '../source/source.ts'
import { letterRecord, type LostRecord } from './letter-record.ts'
import { sealedLetter } from './sealed-letter.ts'
import type { StepFailure } from './operator-node.ts'
import { firstName, placeName, readReplayName } from './replay-name.ts'

/** What letters of a job need to know. */
export interface LetterSetup {
  readonly job: string
  readonly tenant: string
  /** The time in milliseconds. */
  readonly now: () => number
  /** Where a record stands in a file, by its name; undefined where that is not known. */
  readonly placeOf?: (name: string) => string | undefined
  readonly budget?: { readonly budget: number; readonly perMs: number }
  /** Something in its records is marked: they are shown masked, and kept encrypted. */
  readonly isSecret?: boolean
}

/** What a checkpoint keeps of letters: those that are new or back, and those whose replay is done. */
export interface TakenLetters {
  readonly letters: readonly NewDeadLetter[]
  readonly replayed: readonly string[]
}

/** Dead letters of the epoch at work: they become durable with its checkpoint. */
export class Letters {
  /** How many since the task began. Those that came back are no new ones. */
  count = 0
  /** There were more than the budget allows: the task ends with this after a checkpoint, so that the letters are there to be seen. */
  spent: Failure | undefined
  /** A letter whose replay made a step fail that ends the job: it goes back, so that the job goes on without it. */
  culprit: NewDeadLetter | undefined
  readonly #setup: LetterSetup
  #kept: NewDeadLetter[] = []
  /** Those that are taken again, until a checkpoint holds what became of them. */
  readonly #taken = new Map<string, DeadLetter>()
  /** Those of them that belong to the epoch at work. */
  #replayed: string[] = []
  /** The times of the newest ones, for the budget. */
  #times: number[] = []

  constructor(setup: LetterSetup) {
    this.#setup = setup
  }

  get waiting(): number {
    return this.#kept.length
  }

  /** Which letters are taken, without that a checkpoint holds it. */
  get taken(): ReadonlySet<string> {
    return new Set(this.#taken.keys())
  }

  /** How a record is told: where it stands in a file, else its name. One of a letter stands where the letter said. */
  placeOf(name: string): string {
    const replay = readReplayName(name)
    if (replay) return this.#taken.get(replay.id)?.origin ?? firstName(name)
    return this.#setup.placeOf?.(name) ?? name
  }

  /** A step failed with a record. */
  ofStep(failure: StepFailure, origin: string): void {
    const { step, id, value, key, time, weight, input } = failure
    const errors = failuresOf(this.#setup.job, { ...failure, id: this.placeOf(id) })
    const record = letterRecord({ of: 'step', name: firstName(id), value, key, time, weight, input })
    this.#keep({ of: 'step', place: step, name: id, origin, input: value, errors, record })
  }

  /** A source could not read a record. */
  ofSource(source: string, { origin, input, columns, errors }: UnreadRecord): void {
    const record = letterRecord({ of: 'source', name: origin, value: input, ...(columns && { columns }) })
    this.#keep({ of: 'source', place: source, name: origin, origin, input, errors: readFailures(errors), record })
  }

  /** A source read a record that it cannot take, e.g. without an event time. */
  ofValue(source: string, lost: Omit<LostRecord, 'of' | 'isRead'>, failure: Failure): void {
    const { name, value } = lost
    const record = letterRecord({ ...lost, of: 'source', isRead: true })
    const errors = [failure.toJSON()]
    this.#keep({ of: 'source', place: source, name, origin: name, input: value, errors, record })
  }

  /** A sink cannot take a record. */
  ofSink(sink: string, { id, value, key, time, weight }: SinkRecord, errors: readonly FailureJson[]): void {
    const record = letterRecord({ of: 'sink', name: firstName(id), value, key, time, weight })
    this.#keep({ of: 'sink', place: sink, name: id, origin: id, input: value, errors, record })
  }

  /** A letter is taken again. */
  take(letter: DeadLetter): void {
    this.#taken.set(letter.id, letter)
    this.#replayed.push(letter.id)
  }

  /** A letter cannot be taken again. */
  back(letter: DeadLetter, errors: readonly FailureJson[]): void {
    this.#kept.push(this.#backOf(letter, errors))
  }

  /** A record failed such that the job ends: where it comes from a letter, that is to blame. */
  blame({ id }: StepFailure, errors: readonly FailureJson[]): void {
    const letter = this.#taken.get(readReplayName(id)?.id ?? '')
    if (letter) this.culprit = this.#backOf(letter, errors)
  }

  /** Gives them to a checkpoint. */
  hold(): TakenLetters {
    const letters = this.#kept
    const back = new Set(letters.map(({ again }) => again?.id))
    const replayed = this.#replayed.filter((id) => !back.has(id))
    this.#kept = []
    this.#replayed = []
    return { letters, replayed }
  }

  /** A checkpoint is durable that held them. */
  held({ letters, replayed }: TakenLetters): void {
    for (const id of replayed) this.#taken.delete(id)
    for (const { again } of letters) if (again) this.#taken.delete(again.id)
  }

  #keep({ of, place, name, origin, input, errors, record }: Kept): void {
    const { tenant, budget, job } = this.#setup
    const replay = readReplayName(name)
    const letter = {
      tenant,
      command: `${job}/${place}`,
      origin: this.placeOf(origin),
      input: toJson(input),
      errors,
      record,
    }
    if (replay?.isLetter && replay.place === placeName(of, place)) {
      const { id, replays } = replay
      const known = this.#taken.get(id)
      const again = { id, replays: replays + 1, at: known?.at }
      this.#kept.push(known ? this.#backOf(known, errors) : this.#sealed({ ...letter, again }))
      return
    }
    this.count++
    this.#kept.push(this.#sealed(letter))
    if (budget) this.#spend(budget)
  }

  /** A letter whose replay failed, with what it failed with now. */
  #backOf(letter: DeadLetter, errors: readonly FailureJson[]): NewDeadLetter {
    const { id, at, replays, queuedFor: _, lacksInput: __, ...kept } = letter
    return this.#sealed({ ...kept, errors, again: { id, at, replays: replays + 1 } })
  }

  #sealed(letter: NewDeadLetter): NewDeadLetter {
    return this.#setup.isSecret ? sealedLetter(letter) : letter
  }

  #spend({ budget, perMs }: NonNullable<LetterSetup['budget']>): void {
    const now = this.#setup.now()
    this.#times.push(now)
    if (this.#times.length <= budget) return
    this.#times = this.#times.filter((at) => at > now - perMs)
    if (this.#times.length > budget) {
      this.spent = systemFailure('ErrorBudgetSpent', { job: this.#setup.job, budget, seconds: perMs / 1000 })
    }
  }
}

interface Kept {
  readonly of: 'source' | 'step' | 'sink'
  readonly place: string
  readonly name: string
  readonly origin: string
  readonly input: unknown
  readonly errors: readonly FailureJson[]
  readonly record: Json | undefined
}

/** Why a step failed with a record. */
export function failuresOf(job: string, { step, id, cause }: StepFailure): FailureJson[] {
  if (cause instanceof Failure) return [cause.toJSON()]
  if (cause instanceof FailedCall) return cause.errors.map((failure) => failure.toJSON())
  return [systemFailure('RecordFailed', { job, step, id, reason: reasonOf(cause) }).toJSON()]
}

/** Why a step failed, in words. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof FailedCall) return cause.errors.map(({ code, message }) => `${code}: ${message}`).join(', ')
  return cause instanceof Error || cause instanceof Failure ? cause.message : String(cause)
}

/** Why a record could not be read. */
export const readFailures = (errors: UnreadRecord['errors']): FailureJson[] =>
  errors.map(({ code, message, path = [] }): FailureJson => {
    const shown = path.length > 0 ? `${message} at ${path.join('/')}` : message
    const key = formatErrorKey({ via: [], category: 'data', path: [...path], code })
    return { ...plainFailure(code, shown), key, path: [...path] }
  })

/** What a source says of a record has its own codes. */
const plainFailure = (code: string, message: string): FailureJson => ({
  code,
  key: formatErrorKey({ via: [], category: 'data', path: [], code }),
  path: [],
  via: [],
  category: 'data',
  severity: 'error',
  message,
  data: {},
  retry: 'never',
})
