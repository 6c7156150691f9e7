import { isPromise, type Maybe, systemFailure } from '@heddle/core'
import type { Key, Weight } from '../record/record.ts'
import type { NotFinite } from '../sink/not-finite.ts'
import type { OpenSink, Sink, SinkHost, SinkRecord } from '../sink/sink.ts'
import type { Outbox } from '../state/state.ts'
import type { Receiver, TaskContext } from './receiver.ts'
import { firstName } from './replay-name.ts'

/** What a sink is not given, and where that goes. */
export interface SinkCheck {
  readonly job: string
  readonly notFinite: NotFinite | undefined
  readonly refuse: NonNullable<SinkHost['refuse']>
}

/** The end of a way through a task: gathers the records of a batch, and gives them to the sink. */
export class SinkNode implements Receiver {
  readonly name: string
  readonly sink: Sink
  readonly open: OpenSink
  received = 0
  readonly #context: TaskContext
  readonly #outbox: Outbox | undefined
  readonly #check: SinkCheck
  #batch: SinkRecord[] = []

  /** @param outbox where the checkpoint keeps the records first */
  constructor(
    name: string,
    sink: Sink,
    open: OpenSink,
    context: TaskContext,
    outbox: Outbox | undefined,
    check: SinkCheck,
  ) {
    this.name = name
    this.sink = sink
    this.open = open
    this.#context = context
    this.#outbox = outbox
    this.#check = check
  }

  receive(value: unknown, key: Key | undefined, time: number, weight: Weight): void {
    this.received++
    const record = { value, key, time, weight, id: this.#context.origin.nameFor(this) }
    const { notFinite } = this.#check
    if (notFinite !== undefined) {
      const unfit = notFinite(value)
      if (unfit !== undefined) return this.#refuse(record, unfit)
    }
    if (this.#outbox) this.#outbox.add(this.name, record)
    else this.#batch.push(record)
  }

  /** What it withdraws was refused when it came, and never got there. */
  #refuse(record: SinkRecord, { path, found }: NonNullable<ReturnType<NotFinite>>): void {
    if (record.weight === -1) return
    const { job, refuse } = this.#check
    const field = path === '' ? 'its place' : `"${path}"`
    const data = { job, sink: this.name, id: firstName(record.id), field, found: String(found) }
    refuse(record, [systemFailure('NotFinite', data).toJSON()])
  }

  /** How many records wait for `flush`. */
  get waiting(): number {
    return this.#batch.length
  }

  /** Hands over what was gathered. Answers once the sink has room. */
  flush(epoch: number): Maybe<void> {
    if (this.#batch.length === 0) return undefined
    const batch = this.#batch
    this.#batch = []
    const written = this.open.write(batch, epoch)
    return isPromise(written) ? written : undefined
  }
}
