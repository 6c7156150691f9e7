import type { Key } from '../../record/record.ts'
import { isSameMapKey, keyText, type MapKey } from '../key-text.ts'
import { Heap } from './heap.ts'

/** A timer in memory. */
export class Timer {
  readonly time: number
  readonly key: Key
  readonly place: MapKey
  /** Its turn among those of its moment; −1 once it is none of them any more. */
  turn = -1
  #text: string | undefined

  constructor(time: number, key: Key, place: MapKey, text?: string) {
    this.time = time
    this.key = key
    this.place = place
    this.#text = text
  }

  get text(): string {
    return (this.#text ??= keyText(this.key))
  }
}

/** Up to so many timers of a moment are looked through one by one. */
const few = 8

/** The timers of one moment. */
class Moment {
  /** In no order. */
  readonly timers: Timer[] = []
  /** The same by their keys; made once one of many is looked for, which of most moments never happens. */
  #byPlace: Map<MapKey, Timer> | undefined
  /** In the order of keys, the first one last; made once the first of many is taken. May hold some that are no more. */
  #order: Timer[] | undefined
  /** Those that were added since. */
  #added: Heap<Timer> | undefined

  get(place: MapKey): Timer | undefined {
    if (this.timers.length <= few) {
      for (const timer of this.timers) if (isSameMapKey(timer.place, place)) return timer
      return undefined
    }
    this.#byPlace ??= new Map(this.timers.map((timer) => [timer.place, timer]))
    return this.#byPlace.get(place)
  }

  add(timer: Timer): void {
    timer.turn = this.timers.push(timer) - 1
    this.#byPlace?.set(timer.place, timer)
    if (this.#order !== undefined) (this.#added ??= new Heap(isBefore)).push(timer)
  }

  remove(timer: Timer): void {
    const last = this.timers.pop()!
    if (last !== timer) {
      this.timers[timer.turn] = last
      last.turn = timer.turn
    }
    timer.turn = -1
    this.#byPlace?.delete(timer.place)
  }

  /** The first one; there is one. */
  get first(): Timer {
    if (this.timers.length === 1) return this.timers[0]!
    this.#order ??= this.timers.toSorted((a, b) => (isBefore(a, b) ? 1 : -1))
    const order = this.#order
    const added = this.#added
    while (order.length > 0 && order.at(-1)!.turn < 0) order.pop()
    const sorted = order.at(-1)
    if (added === undefined) return sorted!
    while (added.first !== undefined && added.first.turn < 0) added.pop()
    return sorted === undefined || (added.first !== undefined && isBefore(added.first, sorted)) ? added.first! : sorted
  }
}

const isBefore = (a: Timer, b: Timer) => a.text < b.text

/** Timers in memory, in the order of time and key. Many keys mostly share a moment, so that is what is ordered. */
export class NearTimers {
  size = 0
  /** The earliest moment; Infinity where there is none. */
  first = Infinity
  readonly #moments = new Map<number, Moment>()
  /** May hold some at which nothing is left. */
  #times = new Heap<number>((a, b) => a < b)

  get(time: number, place: MapKey): Timer | undefined {
    return this.#moments.get(time)?.get(place)
  }

  add(timer: Timer): void {
    let moment = this.#moments.get(timer.time)
    if (moment === undefined) {
      this.#moments.set(timer.time, (moment = new Moment()))
      this.#times.push(timer.time)
      if (timer.time < this.first) this.first = timer.time
    }
    moment.add(timer)
    this.size++
  }

  remove(timer: Timer): void {
    const moment = this.#moments.get(timer.time)!
    moment.remove(timer)
    this.size--
    if (moment.timers.length === 0) this.#close(timer.time)
  }

  /** The earliest one. */
  peek(): Timer | undefined {
    return this.#moments.get(this.first)?.first
  }

  /** All of them, in order. */
  all(): Timer[] {
    const timers: Timer[] = []
    for (const time of [...this.#moments.keys()].toSorted((a, b) => a - b)) {
      for (const timer of this.#moments.get(time)!.timers.toSorted((a, b) => (isBefore(a, b) ? -1 : 1)))
        timers.push(timer)
    }
    return timers
  }

  clear(): void {
    this.#moments.clear()
    this.#times = new Heap<number>((a, b) => a < b)
    this.size = 0
    this.first = Infinity
  }

  #close(time: number): void {
    this.#moments.delete(time)
    // Where each record moves a timer, far more moments are given up than ever come.
    if (this.#times.items.length > 2 * this.#moments.size + 1000) {
      this.#times = new Heap<number>((a, b) => a < b, [...this.#moments.keys()])
    }
    while (this.#times.first !== undefined && !this.#moments.has(this.#times.first)) this.#times.pop()
    this.first = this.#times.first ?? Infinity
  }
}
