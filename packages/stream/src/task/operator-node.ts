import type { GivenRecord, Operator, Out } from '../operator/operator.ts'
import type { Key, Weight } from '../record/record.ts'
import type { CellShapes, CellsOf } from '../state/cells.ts'
import type { StepState } from '../state/state.ts'
import { keyText } from '../state/key-text.ts'
import { Origin } from './origin.ts'
import { areSilent, liftSilent, reached, reachedTogether } from './reached.ts'
import { type Link, type Receiver, send, type TaskContext, type TimedNode, type Watermarked } from './receiver.ts'

/** What goes wrong in a step with one record. */
export interface StepFailure {
  readonly step: string
  readonly value: unknown
  readonly key: Key | undefined
  readonly time: number
  readonly weight: Weight
  /** From which input of the step it came. */
  readonly input: number
  readonly id: string
  readonly cause: unknown
}

/** How a step is put into a task. */
export interface OperatorNodeSetup {
  readonly step: string
  readonly operator: Operator
  readonly context: TaskContext
  readonly state: StepState | undefined
  /** Hears of a record that failed; where it throws, the job ends. */
  readonly onFailure: (failure: StepFailure) => void
}

type KeyOf = (value: unknown, time: number) => Key

const noCells = Object.freeze({}) as CellsOf<CellShapes>

/** An operator in a task: it selects the key, counts, and hands on what the operator emits. */
export class OperatorNode implements Receiver, Out, TimedNode {
  readonly step: string
  readonly operator: Operator
  readonly links: Link[] = []
  readonly sides = new Map<string, Link[]>()
  /** The nodes and sources whose watermarks it waits for. */
  readonly upstream: Watermarked[] = []
  /**
   * Whether it reads sources through steps without timers alone: then its watermark is theirs at each moment. The watermark
   * of one behind other timers goes on when those have fired.
   */
  isDirect = false
  key: Key | undefined
  received = 0
  emitted = 0
  lateRecords = 0
  failed = 0
  readonly state: StepState | undefined
  #watermark = -Infinity
  readonly #hasTimerCells: boolean
  readonly #keepsKey: boolean
  readonly #record: RecordView
  readonly #cells: CellsOf<CellShapes>
  readonly #keys: readonly KeyOf[] | undefined
  readonly #context: TaskContext
  readonly #onFailure: OperatorNodeSetup['onFailure']

  constructor({ step, operator, context, state, onFailure }: OperatorNodeSetup) {
    const { key, inputs = 1 } = operator
    this.step = step
    this.operator = operator
    this.state = state
    this.#context = context
    this.#onFailure = onFailure
    this.#cells = state?.cells ?? noCells
    this.#record = new RecordView(context)
    this.#hasTimerCells = Object.values(operator.state ?? {}).some(({ cell }) => cell === 'timer')
    this.#keepsKey = operator.keepsKey === true
    this.#keys =
      key === undefined ? undefined : typeof key === 'function' ? Array.from({ length: inputs }, () => key) : key
  }

  get watermark(): number {
    if (!this.isDirect) return this.#watermark
    const now = this.upstream.length === 1 ? this.upstream[0]!.watermark : reached(this.upstream)
    // A source that speaks again is behind those that went on without it: what was told does not go back.
    if (now > this.#watermark) this.#watermark = now
    return this.#watermark
  }
  set watermark(time: number) {
    this.#watermark = time
  }

  get name(): string {
    return this.step
  }
  get isSilent(): boolean {
    return areSilent(this.upstream)
  }

  receive(value: unknown, key: Key | undefined, time: number, weight: Weight, input: number): void {
    this.received++
    const record = this.#record
    record.value = value
    record.key = key
    record.time = time
    record.weight = weight
    record.input = input
    this.key = key
    try {
      if (this.#keys !== undefined) record.key = this.#keys[input]!(value, time)
      if (!this.#keepsKey) this.key = record.key
      if (this.state !== undefined) this.state.select(record.key ?? null)
      record.isNamed = false
      this.operator.onRecord(record, this.#cells, this)
    } catch (cause) {
      this.#fail(cause)
    }
    if (this.#hasTimerCells) this.#noteDue()
  }

  /** Timers are set by cells too, which nobody hears of. */
  #noteDue(): void {
    const { firstTimer } = this.state!
    if (firstTimer < this.#context.due) this.#context.due = firstTimer
  }

  emit(value: unknown, time: number, weight: Weight = this.#record.weight, id?: string): void {
    this.emitted++
    this.#send(this.links, value, time, weight, id)
  }

  side(name: string, value: unknown, time: number, weight: Weight = this.#record.weight, id?: string): void {
    const links = this.sides.get(name)
    if (links !== undefined) this.#send(links, value, time, weight, id)
  }

  timer(time: number): void {
    this.state!.timer(time)
    if (time < this.#context.due) this.#context.due = time
  }
  cancelTimer(time: number): void {
    this.state!.cancelTimer(time)
  }
  rekey(key: Key): void {
    this.key = key
  }
  late(): void {
    this.lateRecords++
  }

  advance(): void {
    this.#goOn(reachedTogether(this.upstream))
  }

  lift(time: number): void {
    liftSilent(this.upstream, time)
    if (!this.isSilent || time <= this.#watermark) return
    this.#context.isLifted = true
    this.#goOn(time)
  }

  #goOn(target: number): void {
    if (target > this.#watermark) this.#watermark = target
    const { state, operator } = this
    if (state === undefined || operator.onTimer === undefined) return
    while (state.firstTimer <= this.#watermark) {
      const fired = state.takeTimer(this.#watermark)
      if (fired === undefined) return
      this.#fire(fired)
    }
  }

  #fire(fired: Parameters<NonNullable<Operator['onTimer']>>[0]): void {
    const { key } = this.state!
    const before = this.#context.origin
    this.key = key
    const record = this.#record
    record.value = undefined
    record.key = key
    record.time = fired.time
    record.weight = 1
    this.#context.origin = new Origin(`${this.step}/${keyText(key)}/${fired.time}`)
    try {
      this.operator.onTimer!(fired, this.#cells, this)
    } catch (cause) {
      this.#fail(cause)
    } finally {
      this.#context.origin = before
    }
  }

  #send(links: readonly Link[], value: unknown, time: number, weight: Weight, id: string | undefined): void {
    if (id === undefined) return send(links, value, this.key, time, weight)
    const before = this.#context.origin
    this.#context.origin = new Origin(`${this.step}/${id}`)
    send(links, value, this.key, time, weight)
    this.#context.origin = before
  }

  #fail(cause: unknown): void {
    // What failed further on has been told there.
    if (cause instanceof Downstream) throw cause
    this.failed++
    const { value, time, weight, input } = this.#record
    const key = this.#keepsKey ? this.key : this.#record.key
    try {
      this.#onFailure({ step: this.step, value, key, time, weight, input, id: this.#context.origin.text, cause })
    } catch (thrown) {
      throw new Downstream(thrown)
    }
  }
}

/** Passes through the nodes before a step that ends the job. */
export class Downstream extends Error {
  constructor(cause: unknown) {
    super('A step ends the job', { cause })
  }
}

/** The record at work, as an operator is handed it. */
class RecordView implements GivenRecord {
  value: unknown = undefined
  key: Key | undefined = undefined
  time = 0
  weight: Weight = 1
  input = 0
  isNamed = false
  readonly #context: TaskContext
  #name = ''

  constructor(context: TaskContext) {
    this.#context = context
  }

  get id(): string {
    if (!this.isNamed) {
      this.#name = this.#context.origin.nameFor(this)
      this.isNamed = true
    }
    return this.#name
  }
}
