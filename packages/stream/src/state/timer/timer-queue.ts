import type { Key } from '../../record/record.ts'
import type { StateFile } from '../file/state-file.ts'
import { compareText, keyOfText, type MapKey, mapKeyOf } from '../key-text.ts'
import { NearTimers, Timer } from './near-timers.ts'

/** About what a timer costs in memory. */
export const timerBytes = 110
/** So many changes of far timers wait in memory before they go into the file. */
const farLimit = 4096

/**
 * The timers of a step, or of one of its timer cells, in the order in which they fire. Those before the horizon are in
 * memory, each of them; the others wait in the file, but for their last changes. Where there is no horizon, all are in
 * memory. Which timers a key has stands in its line: what is here is made from the lines at each start.
 */
export class TimerQueue {
  readonly #file: StateFile
  readonly #step: number
  readonly #cell: number
  readonly #limit: number
  readonly #near = new NearTimers()
  #horizon: { readonly time: number; readonly key: string } | undefined
  #far: { readonly time: number; readonly text: string; readonly isSet: boolean }[] = []

  /**
   * @param cell the number of the timer cell, or −1 for those of the step
   * @param limit how many are in memory at a time
   */
  constructor(file: StateFile, step: number, cell: number, limit: number) {
    this.#file = file
    this.#step = step
    this.#cell = cell
    this.#limit = limit
  }

  /** The earliest time; Infinity where there is none. */
  get first(): number {
    return this.#near.first
  }

  /** About how many bytes are in memory. */
  get bytes(): number {
    return (this.#near.size + this.#far.length) * timerBytes
  }

  /** Forgets all of them. */
  clear(): void {
    this.#near.clear()
    this.#far = []
    if (this.#horizon !== undefined) this.#file.run('takeAllFar', this.#step, this.#cell)
    this.#horizon = undefined
  }

  /** Takes in one that is not there. @param time Infinity is never */
  set(time: number, entry: TimerKey): void {
    if (Number.isNaN(time)) throw new TypeError(`a timer of the key ${entry.text} was set to NaN`)
    if (time === Infinity) return
    const at = time + 0 // −0 becomes 0, as in a map.
    if (this.#isFar(at, entry)) return this.#farChange(at, entry.text, true)
    this.#near.add(new Timer(at, entry.key, entry.place))
    if (this.#near.size > this.#limit) this.#letGo()
  }

  cancel(time: number, entry: TimerKey): void {
    if (this.#isFar(time, entry)) return this.#farChange(time, entry.text, false)
    const timer = this.#near.get(time, entry.place)
    if (timer !== undefined) this.#remove(timer)
  }

  /** The earliest one. */
  peek(): Timer | undefined {
    return this.#near.peek()
  }

  /** Takes the earliest one out. */
  take(): Timer | undefined {
    const timer = this.#near.peek()
    if (timer !== undefined) this.#remove(timer)
    return timer
  }

  #remove(timer: Timer): void {
    this.#near.remove(timer)
    if (this.#near.size === 0 && this.#horizon !== undefined) this.#fill()
  }

  #isFar(time: number, entry: TimerKey): boolean {
    const horizon = this.#horizon
    if (horizon === undefined || time < horizon.time) return false
    return time > horizon.time || entry.text >= horizon.key
  }

  #farChange(time: number, text: string, isSet: boolean): void {
    this.#far.push({ time, text, isSet })
    if (this.#far.length > farLimit) this.#flush()
  }

  /** Brings the changes of far ones into the file. */
  #flush(): void {
    const far = this.#far
    this.#far = []
    // In the order of the file, so that rows that are neighbours are written together; changes of one timer stay in theirs.
    far.sort(inOrder)
    if (far.every(({ isSet }) => isSet)) return this.#file.setFar(this.#step, this.#cell, far)
    for (const { time, text, isSet } of far) {
      this.#file.run(isSet ? 'setFar' : 'removeFar', this.#step, this.#cell, time, text)
    }
  }

  /** Keeps the earlier half in memory. */
  #letGo(): void {
    const timers = this.#near.all()
    const kept = timers.slice(0, Math.max(1, timers.length >> 1))
    const far = timers.slice(kept.length)
    const [first] = far
    if (first === undefined) return
    this.#flush()
    this.#file.setFar(this.#step, this.#cell, far)
    this.#near.clear()
    for (const timer of kept) this.#near.add(timer)
    this.#horizon = { time: first.time, key: first.text }
  }

  /** Takes the next ones from the file. */
  #fill(): void {
    this.#flush()
    const { time, key } = this.#horizon!
    const max = Math.max(1, Math.floor(this.#limit / 2))
    const rows = this.#file.far(this.#step, this.#cell, time, key, max + 1)
    const last = rows.length > max ? rows.pop() : undefined
    for (const row of rows) {
      const found = keyOfText(row.key)
      this.#near.add(new Timer(row.time, found, mapKeyOf(found), row.key))
    }
    if (last === undefined) this.#file.run('takeAllFar', this.#step, this.#cell)
    else this.#file.run('takeFar', this.#step, this.#cell, last.time, last.key)
    this.#horizon = last
  }
}

/** Whose timer it is. */
export interface TimerKey {
  readonly key: Key
  readonly place: MapKey
  /** The key as text. */
  readonly text: string
}

interface FarTimer {
  readonly time: number
  readonly text: string
}

const inOrder = (a: FarTimer, b: FarTimer): number => a.time - b.time || compareText(a.text, b.text)
