import { type DeadLetter, Failure, type FailureJson, systemErrors, systemFailure } from '@heddle/core'
import { mostTextOfBad } from '../decode/limits.ts'
import type { CheckpointStore } from './checkpoint.ts'
import type { Entry } from './entry.ts'
import { aheadOfTime, eventTimeOf } from './event-time.ts'
import type { Graph } from './graph.ts'
import { keyIn, type LetterRecord, recordIn, valueIn } from './letter-record.ts'
import { type Letters, readFailures } from './letters.ts'
import { Downstream } from './operator-node.ts'
import { Origin } from './origin.ts'
import { send, type TaskContext } from './receiver.ts'
import { placeName, replayName } from './replay-name.ts'
import { reread } from './reread.ts'

/** What taking letters again needs of a task. */
export interface ReplaySetup {
  readonly job: string
  readonly store: CheckpointStore
  readonly graph: Graph
  readonly context: TaskContext
  readonly letters: Letters
  readonly wake: () => void
  /** The time in milliseconds. */
  readonly now: () => number
}

/**
 * Puts the records of dead letters into a task again, between two batches: that of a step to this step, with its key and its
 * time; that of a sink to this sink; what a source could not read is read anew. Watermarks stay where they are. The checkpoint
 * that holds what became of them removes the letters, so that each is taken once.
 */
export class Replays {
  /** Whether some may wait. */
  #isDue: boolean
  readonly #setup: ReplaySetup

  constructor(setup: ReplaySetup) {
    this.#setup = setup
    this.#isDue = setup.store.queued !== undefined
  }

  get isDue(): boolean {
    return this.#isDue
  }

  /** Others may wait by now. */
  look(): void {
    if (this.#setup.store.queued === undefined) return
    this.#isDue = true
    this.#setup.wake()
  }

  /**
   * Takes those that wait.
   *
   * @param limit how many at most
   * @returns how many there were
   */
  async takeSome(limit: number): Promise<number> {
    const { store, letters } = this.#setup
    this.#isDue = false
    // A commit on its way removes some while this is read.
    const { taken } = letters
    const found = (await store.queued?.(limit + taken.size)) ?? []
    const waiting = found.filter(({ id }) => !taken.has(id))
    for (const letter of waiting.slice(0, limit)) this.#take(letter)
    // What a checkpoint is about to hold may have come back and wait again.
    if (waiting.length >= limit) this.#isDue = true
    return Math.min(waiting.length, limit)
  }

  /** What ended the task came of a letter: it goes back, and the task may begin anew without it. */
  async putBack(thrown: unknown): Promise<unknown> {
    const { letters, store, job } = this.#setup
    const { culprit } = letters
    if (culprit === undefined || store.putBack === undefined) return thrown
    await store.putBack([culprit])
    const { message = '' } = culprit.errors[0] ?? {}
    const { id } = culprit.again!
    const data = { job, step: culprit.command.slice(job.length + 1), id, letter: id, reason: message }
    return new Failure('RecordFailed', data, { ...systemErrors.RecordFailed, retry: { afterMs: 0 } }, [], thrown)
  }

  #take(letter: DeadLetter): void {
    const { letters, context, job } = this.#setup
    const record = recordIn(letter)
    letters.take(letter)
    if (record === undefined) return this.#refuse(letter, 'not enough of it was kept')
    const name = letter.command.slice(job.length + 1)
    const before = context.origin
    context.origin = new Origin(replayName(record.name, placeName(record.of, name), letter.id, letter.replays))
    try {
      this.#give(letter, record, name)
    } catch (thrown) {
      throw thrown instanceof Downstream ? thrown.cause : thrown
    } finally {
      context.origin = before
    }
  }

  #give(letter: DeadLetter, record: LetterRecord, name: string): void {
    const { entries, nodes, sinks } = this.#setup.graph
    const { time = 0, weight = 1, input = 0 } = record
    if (record.of === 'source') {
      const entry = entries.find((one) => one.name === name)
      return entry ? this.#read(letter, record, entry) : this.#refuse(letter, 'its source is not there any more')
    }
    const isSink = record.of === 'sink'
    const to = isSink ? sinks.find((one) => one.name === name) : nodes.find(({ step }) => step === name)
    if (to === undefined) return this.#refuse(letter, `its ${record.of} is not there any more`)
    to.receive(valueIn(letter, record), keyIn(record), time, weight, input)
  }

  #read(letter: DeadLetter, record: LetterRecord, { open, spec, links }: Entry): void {
    const { letters, job } = this.#setup
    const { input } = letter
    let value = record.isRead ? valueIn(letter, record) : undefined
    if (!record.isRead) {
      if (typeof input === 'string' && input.length >= mostTextOfBad) {
        return this.#refuse(letter, `it is longer than what is kept of it, ${mostTextOfBad} characters`)
      }
      const { schema, decode, needed } = spec
      const { name: origin, columns } = record
      const read = reread({ open, schema, decode, needed }, { input, origin, ...(columns && { columns }) })
      if (!read.ok) return letters.back(letter, readFailures(read.errors))
      ;({ value } = read)
    }
    // Where nothing tells when it happened, it happened when it first came.
    const found = spec.timeOf === undefined ? (record.time ?? letter.at) : spec.timeOf(value)
    const time = eventTimeOf(found)
    if (!Number.isFinite(time)) {
      const shown = JSON.stringify(found ?? null)
      return letters.back(letter, [systemFailure('NoEventTime', { job, id: record.name, found: shown }).toJSON()])
    }
    const { aheadMs = Infinity } = spec
    if (time > this.#setup.now() + aheadMs) {
      return letters.back(letter, [aheadOfTime(job, record.name, time, aheadMs).toJSON()])
    }
    send(links, value, keyIn(record), time, record.weight ?? 1)
  }

  #refuse(letter: DeadLetter, reason: string): void {
    const { job, letters } = this.#setup
    letters.back(letter, [notCallable(job, letter.id, reason)])
  }
}

const notCallable = (job: string, id: string, reason: string): FailureJson =>
  systemFailure('LetterNotCallable', { job, id, reason }).toJSON()
