import type { GivenRecord, Operator, Out } from '../operator/operator.ts'
import type { Key, Weight } from '../record/record.ts'
import type { CellShapes } from '../state/cells.ts'
import { type HeldState, modelState } from './held-state.ts'
import type { RecordEvent } from './stream-events.ts'

/** A record that an operator told, with all that is known of it. */
export interface ToldRecord {
  readonly value: unknown
  readonly key: Key | undefined
  readonly time: number
  readonly weight: Weight
  readonly id: string
  readonly side: string | undefined
  /** The earliest time that it may bear: what a step behind it does not take for late. */
  readonly earliest: number
}

/**
 * Drives one operator as a job does: it selects the key, hands the record over, and fires due timers in their order at
 * each watermark. The steps behind it learn of a watermark only after what its timers told.
 */
export class OperatorDrive {
  readonly told: ToldRecord[] = []
  late = 0
  #operator: Operator
  readonly #held: HeldState
  #watermark = -Infinity
  readonly #make: () => Operator
  // What is at work: a record, or a timer. What it makes is named after it.
  #parent = ''
  #weight: Weight = 1
  #ordinal = 0
  #key: Key | undefined
  #earliest = -Infinity
  readonly #out: Out

  constructor(make: () => Operator, hold: (shapes: CellShapes) => HeldState = modelState) {
    this.#make = make
    this.#operator = make()
    this.#held = hold(this.#operator.state ?? {})
    this.#out = this.#makeOut()
  }

  record(event: RecordEvent, id: string): void {
    const { value, time, weight = 1, input = 0 } = event
    const operator = this.#operator
    if (weight === -1 && operator.accepts !== 'changes') {
      throw new TypeError(`the operator "${operator.kind}" accepts no record of weight -1`)
    }
    if (input >= (operator.inputs ?? 1)) throw new TypeError(`the operator "${operator.kind}" has no input ${input}`)
    const keyOf = typeof operator.key === 'object' ? operator.key[input] : operator.key
    const key =
      keyOf === undefined ? (event.key ?? (operator.state === undefined ? undefined : null)) : keyOf(value, time)
    const given: GivenRecord = { value, key, time, weight, input, id: event.id ?? id }
    this.#parent = given.id
    this.#ordinal = 0
    this.#key = key
    this.#weight = weight
    this.#earliest = Math.min(this.#watermark + 1, time)
    if (operator.state !== undefined) this.#held.step.select(key ?? null)
    operator.onRecord(given, this.#held.step.cells, this.#out)
  }

  watermark(time: number): void {
    if (time <= this.#watermark) return
    const before = this.#watermark
    this.#watermark = time
    for (;;) {
      const timer = this.#held.step.takeTimer(time)
      if (timer === undefined) return
      this.#key = this.#held.step.key
      this.#parent = `step/${JSON.stringify(this.#key)}/${timer.time}`
      this.#ordinal = 0
      this.#weight = 1
      this.#earliest = before + 1
      if (this.#operator.onTimer === undefined)
        throw new TypeError(`"${this.#operator.kind}" sets timers without onTimer`)
      this.#operator.onTimer(timer, this.#held.step.cells, this.#out)
    }
  }

  /** A checkpoint, the end of everything that is in memory, and a new start from that checkpoint. */
  rebuild(): void {
    this.#held.rebuild()
    this.#operator = this.#make()
  }

  /** How many keys have state. */
  get keys(): number {
    return this.#held.step.size().keys
  }

  #makeOut(): Out {
    const tell = (side: string | undefined, value: unknown, time: number, weight = this.#weight, id?: string) => {
      if (side !== undefined && !this.#operator.sides?.includes(side)) {
        throw new TypeError(`the operator "${this.#operator.kind}" declares no side output "${side}"`)
      }
      const named = id ?? `${this.#parent}/${this.#ordinal++}`
      this.told.push({ value, key: this.#key, time, weight, id: named, side, earliest: this.#earliest })
    }
    const watermark = () => this.#watermark
    const key = () => this.#key
    return {
      emit: (value, time, weight, id) => tell(undefined, value, time, weight, id),
      side: (name, value, time, weight, id) => tell(name, value, time, weight, id),
      timer: (time) => this.#held.step.timer(time),
      cancelTimer: (time) => this.#held.step.cancelTimer(time),
      get watermark() {
        return watermark()
      },
      get key() {
        return key()
      },
      rekey: (other) => {
        this.#key = other
      },
      late: () => {
        this.late += 1
      },
    }
  }
}
