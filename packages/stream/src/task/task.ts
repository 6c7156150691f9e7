import {
  FailedCall,
  Failure,
  holdsAnnotation,
  isPromise,
  type Maybe,
  nextTurn,
  stopwatchOf,
  systemErrors,
  systemFailure,
} from '@heddle/core'
import { Wakeup } from '@heddle/data'
import type { Key, Weight } from '../record/record.ts'
import type { StepFailure } from './operator-node.ts'
import { Batches } from './batches.ts'
import { Checkpoints } from './checkpoints.ts'
import { countsOf } from './counts.ts'
import { aheadOfTime, eventTimeOf } from './event-time.ts'
import { type Graph, openGraph } from './graph.ts'
import type { Lane } from './lane.ts'
import { Lanes } from './lanes.ts'
import { failuresOf, Letters, reasonOf } from './letters.ts'
import { Downstream } from './operator-node.ts'
import { Origin } from './origin.ts'
import type { ReadLimit } from './read-limit.ts'
import { send, type TaskContext } from './receiver.ts'
import { readReplayName } from './replay-name.ts'
import { Replays } from './replays.ts'
import type { TaskSetup } from './task-setup.ts'

/** How a task came to its end: its sources did, or it was asked to stop. */
export type TaskEnd = 'ended' | 'stopped'

/**
 * One placed piece of a job: reads its sources batch by batch, pushes each record through its steps, and makes
 * checkpoints between two batches. All of it runs on one thread, and nothing but sources, sinks and asynchronous steps is
 * waited for.
 */
export class Task {
  readonly letters: Letters
  readonly graph: Graph
  readonly lanes: Lanes
  readonly checkpoints: Checkpoints
  readonly batches: Batches
  readonly replays: Replays
  isWaitingForSink = false
  readonly #setup: TaskSetup
  readonly #context: TaskContext
  readonly #wakeup = new Wakeup()
  readonly #stopwatch: () => number
  #isStopping = false
  #fatal: { readonly cause: unknown } | undefined

  private constructor(setup: TaskSetup, graph: Graph, context: TaskContext, letters: Letters) {
    const { settings, ports } = setup
    this.#setup = setup
    this.#context = context
    this.graph = graph
    this.letters = letters
    this.#stopwatch = stopwatchOf(ports.clock)
    this.batches = new Batches(settings, setup.random)
    const wake = () => this.#wakeup.wake()
    this.lanes = new Lanes(graph.entries, ports, wake, () => this.#advance(), setup.limit)
    this.checkpoints = new Checkpoints(setup, graph, letters, this.lanes, wake)
    this.replays = new Replays({
      job: setup.spec.job,
      store: setup.store,
      graph,
      context,
      letters,
      wake,
      now: () => ports.clock.now(),
    })
  }

  /** What was counted before it began. */
  get countsBefore(): Readonly<Record<string, number>> {
    return this.#setup.restored?.counts ?? {}
  }

  /** What it has counted itself. */
  get counts(): Readonly<Record<string, number>> {
    return countsOf(undefined, this.graph, this.letters.count)
  }

  /** Opens the sources and sinks, and goes back to where the checkpoint stands. */
  static async open(setup: TaskSetup): Promise<Task> {
    const { spec, ports, tenant, settings } = setup
    const context: TaskContext = { origin: noOrigin, due: Infinity, isLifted: false }
    const letters = new Letters({
      job: spec.job,
      tenant,
      now: () => ports.clock.now(),
      placeOf: (name) => task.lanes.placeOf(name),
      budget: settings.errors,
      isSecret: holdsMarks(spec),
    })
    const graph = await openGraph(setup, context, {
      onFailure: (failure, onError, originOf) => stepFailed(setup, letters, failure, onError, originOf),
      onRefused: (sink, record, errors) => letters.ofSink(sink, record, errors),
      onProgress: () => task.progressed(),
      onMark: () => task.progressed(),
      onFatal: (cause) => task.abort(cause),
    })
    const task = new Task(setup, graph, context, letters)
    try {
      await task.checkpoints.recover()
      await task.lanes.open(setup.restored)
      task.graph.restore(setup.restored)
      context.due = graph.due
    } catch (thrown) {
      await task.close()
      throw thrown
    }
    return task
  }

  /** Runs until its sources end, it is stopped, or something fails. The last checkpoint is durable when it answers. */
  async run(): Promise<TaskEnd> {
    try {
      return await this.#run()
    } catch (thrown) {
      // What was on its way when the task was ended fails because of that.
      throw await this.replays.putBack(this.#fatal ? this.#fatal.cause : thrown)
    }
  }

  async #run(): Promise<TaskEnd> {
    this.checkpoints.begin()
    this.#catchUp()
    for (;;) {
      this.#throwFatal()
      await this.#throwSpent()
      if (this.#isStopping) {
        await this.#finish()
        return 'stopped'
      }
      if (this.checkpoints.isDue) await this.#checkpoint()
      await this.lanes.look()
      if (this.lanes.takeSilent()) this.#advance()
      if (this.replays.isDue && !this.graph.isFull && (await this.#replay())) continue
      // Reading counts, too: a source decodes the records of a batch when it is asked for them.
      const from = this.#stopwatch()
      const lane = this.graph.isFull ? undefined : this.lanes.take(this.batches.size)
      if (lane) {
        const flushed = this.#work(lane, from)
        if (flushed) {
          this.isWaitingForSink = true
          await flushed
          this.isWaitingForSink = false
        }
        if (this.batches.mayYield(this.#stopwatch())) await nextTurn()
      } else if (this.lanes.haveEnded) {
        await this.#end()
        return 'ended'
      } else {
        const { limit } = this.#setup
        if (limit && !this.graph.isFull && (await this.lanes.haveReached(limit))) {
          this.#follow(limit)
          limit.onReached()
        }
        await this.#wakeup.wait()
      }
    }
  }

  /** Reads no more, lets what is in hand end, and makes a last checkpoint: `run` then answers. */
  stop(): void {
    this.#isStopping = true
    this.#wakeup.wake()
  }

  /** Ends at once with a cause, without a checkpoint. */
  abort(cause: unknown): void {
    this.#fatal ??= { cause }
    this.graph.abort()
    this.#wakeup.wake()
  }

  /** Letters may wait to be taken again. */
  replay(): void {
    this.replays.look()
  }

  /** Something that it waits for went on. */
  progressed(): void {
    this.#advanceNodes()
    this.#wakeup.wake()
  }

  async close(): Promise<void> {
    this.checkpoints.stop()
    await this.checkpoints.settled()
    await this.lanes.close()
    await this.graph.close()
  }

  /**
   * Pushes a batch through the steps.
   *
   * @param from when it was asked for
   */
  #work(lane: Lane, from: number): Maybe<void> {
    const count = this.#push(lane)
    const { graph, checkpoints } = this
    checkpoints.changed()
    const flushed = graph.flush(checkpoints.epoch)
    this.batches.took(count, this.#stopwatch() - from)
    return flushed
  }

  #push(lane: Lane): number {
    const { entry } = lane
    const { values, times, keys, weights, unread, position, watermark } = lane.batch!
    const { spec, links } = entry
    const { timeOf, disorderMs, aheadMs } = spec
    const { origin } = lane
    const context = this.#context
    const arrival = times === undefined && timeOf === undefined ? this.#setup.ports.clock.now() : 0
    // One record from far ahead would make all that follow late.
    const latest = aheadMs === undefined ? Infinity : this.#setup.ports.clock.now() + aheadMs
    context.origin = origin
    let nextUnread = 0
    for (let at = 0; at < values.length; at++) {
      while (unread !== undefined && nextUnread < unread.length && unread[nextUnread]!.index <= at) {
        this.#unread(lane, unread[nextUnread++]!)
      }
      const value = values[at]
      origin.next(lane.offset++)
      let time = arrival
      if (timeOf !== undefined) {
        const found = timeOf(value)
        time = Number.isInteger(found) ? (found as number) : eventTimeOf(found)
      } else if (times !== undefined) time = times[at]!
      if (time !== time || time === Infinity || time === -Infinity) {
        this.#timeless(lane, value, keys?.[at], weights?.[at])
        continue
      }
      if (time > latest) {
        this.#refused(
          lane,
          value,
          keys?.[at],
          weights?.[at],
          aheadOfTime(this.#setup.spec.job, this.letters.placeOf(origin.text), time, aheadMs!),
        )
        continue
      }
      try {
        send(links, value, keys?.[at], time, weights === undefined ? 1 : weights[at]!)
      } catch (thrown) {
        throw thrown instanceof Downstream ? thrown.cause : thrown
      }
      if (time > lane.time) {
        lane.time = time
        const reached = time - disorderMs - 1
        if (reached > lane.watermark) {
          lane.watermark = reached
          // What nobody waits for need not be told.
          if (entry.advance() && entry.watermark >= context.due) this.#advanceNodes()
        }
      }
    }
    while (unread !== undefined && nextUnread < unread.length) this.#unread(lane, unread[nextUnread++]!)
    if (watermark !== undefined && watermark > lane.watermark) {
      lane.watermark = watermark
      if (entry.advance() && entry.watermark >= context.due) this.#advanceNodes()
    }
    entry.received += values.length
    lane.position = position
    lane.batch = undefined
    context.origin = noOrigin
    return values.length
  }

  #unread(lane: Lane, record: NonNullable<NonNullable<Lane['batch']>['unread']>[number]): void {
    const { entry } = lane
    lane.offset++
    entry.unread++
    const { onError } = entry.spec
    if (onError === 'drop') return
    if (onError === 'deadLetter') return this.letters.ofSource(entry.name, record)
    const [{ message } = { message: '' }] = record.errors
    const { job } = this.#setup.spec
    throw systemFailure('RecordFailed', { job, step: entry.name, id: record.origin, reason: message })
  }

  #timeless(lane: Lane, value: unknown, key: Key | undefined, weight: Weight | undefined): void {
    const { entry, origin } = lane
    const { job } = this.#setup.spec
    const found = entry.spec.timeOf?.(value) ?? null
    const id = this.letters.placeOf(origin.text)
    const failure = systemFailure('NoEventTime', { job, id, found: JSON.stringify(found) ?? 'nothing' })
    this.#refused(lane, value, key, weight, failure)
  }

  /** A record that was read, and cannot be taken. */
  #refused(
    { entry, origin }: Lane,
    value: unknown,
    key: Key | undefined,
    weight: Weight | undefined,
    failure: Failure,
  ): void {
    entry.unread++
    if (entry.spec.onError === 'fail') throw failure
    if (entry.spec.onError === 'drop') return
    this.letters.ofValue(entry.name, { name: origin.text, value, key, weight }, failure)
  }

  /** Watermarks of sources went on. */
  #advance(): void {
    let isMoved = false
    for (const entry of this.graph.entries) if (entry.advance()) isMoved = true
    if (!isMoved) return
    this.#advanceNodes()
    // What timers told waits for the sinks, also where no record follows.
    this.checkpoints.changed()
    this.#wakeup.wake()
  }

  /** What the other task told because nothing more came, as it was silent there, is told here too. */
  #follow(limit: ReadLimit): void {
    let isMoved = false
    for (const entry of this.graph.entries) {
      const { watermark, isSilent } = entry
      entry.follow(limit.watermarkOf(entry.name), limit.isSilent(entry.name))
      if (entry.watermark > watermark || entry.isSilent !== isSilent) isMoved = true
    }
    if (!isMoved) return
    this.#advanceNodes()
    this.checkpoints.changed()
  }

  /** A partition that held a watermark back may be gone since the checkpoint: what waited for it is told. */
  #catchUp(): void {
    const { due } = this.#context
    this.#advanceNodes()
    if (this.#context.due !== due) this.checkpoints.changed()
  }

  #advanceNodes(): void {
    const { timed } = this.graph
    try {
      do {
        this.#context.isLifted = false
        for (let at = 0; at < timed.length; at++) timed[at]!.advance()
      } while (this.#context.isLifted)
      this.#context.due = this.graph.due
    } catch (thrown) {
      throw thrown instanceof Downstream ? thrown.cause : thrown
    }
  }

  /** Takes some letters again. Says whether there were any. */
  async #replay(): Promise<boolean> {
    this.#advanceNodes()
    if ((await this.replays.takeSome(this.batches.size)) === 0) return false
    this.#advanceNodes()
    this.checkpoints.changed()
    const flushed = this.graph.flush(this.checkpoints.epoch)
    if (flushed) await flushed
    return true
  }

  async #checkpoint(isEnd = false): Promise<void> {
    await this.#settle()
    await this.checkpoints.make(isEnd)
  }

  /** Waits until no asynchronous step has anything in hand, and the sinks have what was handed on. */
  async #settle(): Promise<void> {
    for (;;) {
      this.#throwFatal()
      const flushed = this.graph.flush(this.checkpoints.epoch)
      if (isPromise(flushed)) {
        await flushed
        // What was answered meanwhile has to be handed on too.
        continue
      }
      if (this.graph.isIdle) return
      await this.#wakeup.wait()
    }
  }

  /** All sources came to their end: nothing more can come. */
  async #end(): Promise<void> {
    this.#advance()
    await this.#settle()
    // What asynchronous steps handed on last may have set further watermarks free.
    this.#advanceNodes()
    await this.#throwSpent()
    await this.#finish(true)
  }

  async #finish(isEnd = false): Promise<void> {
    await this.#checkpoint(isEnd)
    await this.checkpoints.delivered()
    // What a sink refused of the last epoch is kept too.
    if (this.letters.waiting > 0) {
      await this.#checkpoint(isEnd)
      await this.checkpoints.delivered()
    }
    this.#throwFatal()
  }

  /** Too many dead letters: they become durable first, so that it is seen why, and a job that is resumed goes on behind them. */
  async #throwSpent(): Promise<void> {
    const { spent } = this.letters
    if (spent === undefined) return
    this.checkpoints.changed()
    await this.#finish()
    throw spent
  }

  #throwFatal(): void {
    if (this.#fatal) throw this.#fatal.cause
    this.checkpoints.throwFailure()
  }
}

const noOrigin = new Origin('')

/** Whether something in what its sources read or its sinks take is marked. */
const holdsMarks = ({ sources, sinks }: TaskSetup['spec']): boolean =>
  [...sources, ...sinks].some(({ schema }) => schema !== undefined && holdsAnnotation(schema))

/** Does what the plan says of a record that a step failed with. */
function stepFailed(
  { spec }: TaskSetup,
  letters: Letters,
  failure: StepFailure,
  onError: 'fail' | 'drop' | 'deadLetter',
  originOf: ((value: unknown, time: number) => unknown) | undefined,
): void {
  if (onError === 'drop') return
  // The letter of this very step goes back, whatever the plan says by now: it is known to fail.
  const replay = readReplayName(failure.id)
  const isBack = replay?.isLetter === true && replay.place === failure.step
  if (onError === 'deadLetter' || isBack) {
    const origin = originOf?.(failure.value, failure.time)
    return letters.ofStep(failure, typeof origin === 'string' ? origin : failure.id)
  }
  const { step, id, cause } = failure
  const first = cause instanceof FailedCall ? cause.errors[0] : cause
  // What may succeed later lets the job begin anew after a pause; all else ends it.
  const retry = first instanceof Failure ? first.retry : 'never'
  const data = { job: spec.job, step, id: letters.placeOf(id), reason: reasonOf(cause) }
  if (retry === 'never' && replay) letters.blame(failure, failuresOf(spec.job, { ...failure, id: data.id }))
  throw new Failure('RecordFailed', data, { ...systemErrors.RecordFailed, retry }, [], cause)
}
