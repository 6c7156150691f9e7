import { isPromise, type Maybe } from '@heddle/core'
import type { Answer, AskedRecord, AsyncStep } from '../operator/async-step.ts'
import type { Key, Weight } from '../record/record.ts'
import type { OperatorNodeSetup } from './operator-node.ts'
import type { Origin } from './origin.ts'
import { areSilent, liftSilent, reachedTogether } from './reached.ts'
import { type Link, type Receiver, send, type TaskContext, type TimedNode, type Watermarked } from './receiver.ts'

/** A record in hand; or a watermark that waits for those before it. */
interface Waiting extends AskedRecord {
  readonly weight: Weight
  readonly origin: Origin
  /** A watermark: there is no record. */
  readonly mark: boolean
  answer: Answer | undefined
}

/** How an asynchronous step is put into a task. */
export interface AsyncNodeSetup {
  readonly id: string
  readonly asks: AsyncStep
  readonly context: TaskContext
  readonly signal: AbortSignal
  readonly onFailure: OperatorNodeSetup['onFailure']
  /** Watermarks went on, or there is room again: others may have something to do. */
  readonly onProgress: () => void
  /** Its watermark went on: those behind it take notice before they see what follows. */
  readonly onMark: () => void
  /** The job has to end. */
  readonly onFatal: (cause: unknown) => void
}

/**
 * An asynchronous step in a task. Watermarks do not overtake records: without an order, records overtake each other only
 * between two watermarks. A checkpoint waits until it has nothing in hand, so that it needs no state.
 */
export class AsyncNode implements Receiver, TimedNode {
  readonly step: string
  readonly links: Link[] = []
  readonly upstream: Watermarked[] = []
  watermark = -Infinity
  received = 0
  emitted = 0
  failed = 0
  readonly #setup: AsyncNodeSetup
  /** In the order in which they came: those in hand, those that wait for a turn, and watermarks. */
  readonly #queue: Waiting[] = []
  #first = 0
  /** The next one that has not begun. */
  #next = 0
  #running = 0
  #records = 0
  /** The newest watermark that stands in the queue. */
  #seen = -Infinity

  constructor(setup: AsyncNodeSetup) {
    this.step = setup.id
    this.#setup = setup
  }

  /** Whether it takes no more for now. */
  get isFull(): boolean {
    return this.#records >= this.#setup.asks.concurrency
  }
  get isIdle(): boolean {
    return this.#records === 0
  }
  get name(): string {
    return this.step
  }
  /** As long as it has records in hand, others wait for them. */
  get isSilent(): boolean {
    return this.#records === 0 && areSilent(this.upstream)
  }
  /** How many records it has in hand or waiting. */
  get queued(): number {
    return this.#records
  }

  receive(value: unknown, key: Key | undefined, time: number, weight: Weight): void {
    this.received++
    this.#records++
    const { origin } = this.#setup.context
    const id = origin.nameFor(this)
    this.#queue.push({ value, key, time, weight, id, origin: origin.kept(), mark: false, answer: undefined })
    this.#begin()
  }

  lift(time: number): void {
    liftSilent(this.upstream, time)
    if (!this.isSilent || time <= this.watermark) return
    this.#setup.context.isLifted = true
    this.watermark = time
  }

  advance(): void {
    const target = reachedTogether(this.upstream)
    if (target <= this.#seen || target <= this.watermark) return
    this.#seen = target
    if (this.#records === 0) {
      this.watermark = target
      return
    }
    const mark: Waiting = {
      value: undefined,
      key: undefined,
      time: target,
      weight: 1,
      id: '',
      origin: this.#setup.context.origin,
      mark: true,
      answer: undefined,
    }
    // Nobody reads two watermarks in a row.
    const last = this.#queue.at(-1)
    if (last?.mark === true && this.#queue.length > this.#first) this.#queue[this.#queue.length - 1] = mark
    else this.#queue.push(mark)
  }

  #begin(): void {
    const { asks, signal } = this.#setup
    while (this.#running < asks.concurrency && this.#next < this.#queue.length) {
      const waiting = this.#queue[this.#next++]!
      if (waiting.mark) continue
      this.#running++
      let answer: Maybe<Answer>
      try {
        answer = asks.ask(waiting, signal)
      } catch (cause) {
        this.#answered(waiting, this.#failed(waiting, cause))
        continue
      }
      if (isPromise(answer)) {
        answer.then(
          (given) => this.#later(waiting, given),
          (cause: unknown) => this.#later(waiting, this.#failed(waiting, cause)),
        )
      } else this.#answered(waiting, answer)
    }
  }

  #later(waiting: Waiting, answer: Answer): void {
    try {
      this.#answered(waiting, answer)
      this.#begin()
      this.#setup.onProgress()
    } catch (thrown) {
      this.#setup.onFatal(thrown)
    }
  }

  #failed({ value, key, time, weight, id }: Waiting, cause: unknown): Answer {
    this.failed++
    try {
      this.#setup.onFailure({ step: this.step, value, key, time, weight, input: 0, id, cause })
    } catch (thrown) {
      this.#setup.onFatal(thrown)
    }
    return 'dropped'
  }

  #answered(waiting: Waiting, answer: Answer): void {
    this.#running--
    waiting.answer = answer
    this.#handOn()
  }

  /** Hands on what may go: in order from the front; without an order, whatever has an answer before the next watermark. */
  #handOn(): void {
    const queue = this.#queue
    if (!this.#setup.asks.ordered) {
      for (let at = this.#first; at < queue.length && !queue[at]!.mark; at++) this.#release(queue[at]!)
    }
    while (this.#first < queue.length) {
      const front = queue[this.#first]!
      if (front.mark) {
        this.watermark = front.time
        this.#setup.onMark()
      } else {
        if (front.answer === undefined) break
        this.#release(front)
      }
      this.#first++
    }
    this.#shrink()
  }

  #release(waiting: Waiting): void {
    const { answer } = waiting
    if (answer === undefined || answer === gone) return
    waiting.answer = gone
    const { context } = this.#setup
    const before = context.origin
    context.origin = waiting.origin
    try {
      if (answer === 'dropped') return
      this.emitted++
      send(this.links, answer.value, waiting.key, waiting.time, waiting.weight)
    } finally {
      context.origin = before
      // Until it has arrived it is waited for.
      this.#records--
    }
  }

  /** What has left the queue is let go now and then, not each time. */
  #shrink(): void {
    if (this.#first < 1024 && this.#first < this.#queue.length) return
    this.#queue.splice(0, this.#first)
    this.#next = Math.max(0, this.#next - this.#first)
    this.#first = 0
  }
}

/** Stands for the answer of a record that was handed on. */
const gone: Answer = { value: undefined }
