import { Defect } from '@heddle/core'
import type { FiredTimer } from '../../operator/operator.ts'
import type { Key } from '../../record/record.ts'
import type { CellHost, HeldCell } from '../cell/held-cell.ts'
import { HeldList } from '../cell/list-cell.ts'
import { HeldMap } from '../cell/map-cell.ts'
import { HeldTimer } from '../cell/timer-cell.ts'
import { HeldTimes, timesNumber } from '../cell/times-cell.ts'
import { HeldValue } from '../cell/value-cell.ts'
import type { CellShapes, CellsOf } from '../cells.ts'
import { cellsOf, compareLines, isGone, itemKey, partsOf, tab } from '../file/line.ts'
import type { StateFile } from '../file/state-file.ts'
import type { StepLines } from '../file/step-lines.ts'
import { compareText, keyOfText, type MapKey, mapKeyOf } from '../key-text.ts'
import type { StepState } from '../state.ts'
import { TimerQueue, timerBytes } from '../timer/timer-queue.ts'
import type { Budget, Sweepable } from './budget.ts'
import { Entry, entryBytes } from './entry.ts'
import { inFileOrder } from './file-order.ts'

/** The bits of an entry, but for that of the timers without a cell. */
const mostCells = 29
/** So many timers of a step are in memory at most, however large the budget is. */
const mostTimers = 500_000

/** Where a step stands in the file. */
export interface StepPlace {
  readonly id: string
  readonly number: number
  /** What the file has of it. */
  readonly lines: StepLines
  /** The numbers of its cells. */
  readonly cells: ReadonlyMap<string, number>
  /** How many keys have state. */
  readonly keys: number
}

/** The state of a step: the keys that were used lately in memory, the others in the file. */
export class StepStore implements StepState, CellHost, Sweepable {
  readonly id: string
  readonly file: StateFile
  lines: StepLines
  readonly cells: CellsOf<CellShapes>
  current: Entry
  readonly #budget: Budget
  /** Those of the cells, and last the timers without one. */
  readonly #held: readonly HeldCell[]
  readonly #byNumber: ReadonlyMap<number, HeldCell>
  readonly #empty: readonly unknown[]
  readonly #times: HeldTimes
  readonly #timerCells: readonly HeldTimer[]
  #entries = new Map<MapKey, Entry>()
  /** Whether there are keys that have state in the file alone. */
  #hasAway = false
  /** For a key without state, until something is written to it. */
  #spare: Entry
  #dirty: Entry[] = []
  /** The hashes of those: an entry itself is not at hand any more when it is written. */
  #dirtyHashes: number[] = []
  #hand: Iterator<Entry> | undefined
  #keys: number
  #bytes = 0
  /** The items of the key that is written. */
  #items: string[] = []

  constructor(place: StepPlace, shapes: CellShapes, file: StateFile, budget: Budget) {
    this.id = place.id
    this.lines = place.lines
    this.file = file
    this.#budget = budget
    this.#keys = place.keys
    const names = Object.keys(shapes)
    if (names.length > mostCells) {
      throw new Defect('InvalidDefinition', { name: place.id, reason: `it has more than ${mostCells} cells` })
    }
    const limit = Math.max(2, Math.min(mostTimers, Math.floor(budget.limit / 4 / timerBytes)))
    const queue = (cell: number) => new TimerQueue(file, place.number, cell, limit)
    const held = names.map((name, index) => {
      const shape = shapes[name]!
      const at = { name, shape, number: place.cells.get(name)!, index }
      if (shape.cell === 'value') return new HeldValue(this, at)
      if (shape.cell === 'list') return new HeldList(this, at)
      return shape.cell === 'map' ? new HeldMap(this, at) : new HeldTimer(this, at, queue(at.number))
    })
    this.#times = new HeldTimes(this, names.length, queue(timesNumber))
    this.cells = Object.fromEntries(held.map((cell) => [cell.name, cell])) as unknown as CellsOf<CellShapes>
    this.#held = [...held, this.#times]
    this.#byNumber = new Map(this.#held.map((cell) => [cell.number, cell]))
    this.#empty = this.#held.map(({ empty }) => empty)
    this.#timerCells = held.filter((cell) => cell instanceof HeldTimer).toSorted((a, b) => compareText(a.name, b.name))
    this.#spare = new Entry(null, null, this.#empty)
    this.current = this.#spare
    budget.add(this)
    this.#open()
  }

  get key(): Key {
    return this.current.key
  }

  select(key: Key): void {
    if (this.#budget.used > this.#budget.limit) this.#budget.makeRoom(this)
    const place = mapKeyOf(key)
    const entry = this.#entries.get(place)
    if (entry === undefined) this.current = this.#absent(key, place)
    else {
      if (!entry.isUsed) entry.isUsed = true
      this.current = entry
    }
  }

  timer(time: number): void {
    this.#times.set(time)
  }

  cancelTimer(time: number): void {
    this.#times.cancel(time)
  }

  get firstTimer(): number {
    let { first } = this.#times.queue
    for (const { queue } of this.#timerCells) if (queue.first < first) first = queue.first
    return first
  }

  takeTimer(watermark: number): FiredTimer | undefined {
    const first = this.firstTimer
    if (first > watermark || first === Infinity) return undefined
    const { queue } = this.#times
    let least = queue.first === first ? queue.peek() : undefined
    let cell: HeldTimer | undefined
    for (const held of this.#timerCells) {
      const timer = held.queue.first === first ? held.queue.peek() : undefined
      if (timer === undefined || (least !== undefined && least.text <= timer.text)) continue
      least = timer
      cell = held
    }
    const { time, key } = (cell?.queue ?? queue).take()!
    this.select(key)
    if (cell === undefined) this.#times.fired(this.current, time)
    else cell.fired(this.current)
    return { time, cell: cell?.name }
  }

  size(): { readonly keys: number; readonly memoryBytes: number } {
    let keys = this.#keys
    for (const { live, isCounted } of this.#dirty) keys += Number(live !== 0) - Number(isCounted)
    const bytes = this.#queues().reduce((sum, queue) => sum + queue.bytes, this.#bytes)
    // What is known of the file counts only where it is asked.
    return { keys, memoryBytes: this.#hasAway ? bytes + this.lines.bytes : bytes }
  }

  changed(entry: Entry, bit: number): void {
    if (entry.dirty === 0) {
      entry.dirtyAt = this.#dirty.push(entry) - 1
      this.#dirtyHashes.push(entry.hash)
    }
    entry.dirty |= bit
    if (!entry.isHeld) this.#hold(entry)
  }

  grow(entry: Entry, bytes: number): void {
    entry.bytes += bytes
    if (entry.isHeld) this.#account(bytes)
  }

  /** Writes everything that changed. How many keys have state is right from here on. */
  flush(): number {
    const [dirty, hashes] = [this.#dirty, this.#dirtyHashes]
    this.#dirty = []
    this.#dirtyHashes = []
    this.#write(dirty, hashes)
    for (const entry of dirty) if (entry.live === 0) this.#release(entry)
    return this.#keys
  }

  /** Begins anew, with nothing. @param lines of which nothing is in the file yet */
  reset(lines: StepLines): void {
    this.#account(-this.#bytes)
    this.lines = lines
    this.#entries = new Map()
    this.#hasAway = false
    this.#dirty = []
    this.#dirtyHashes = []
    this.#hand = undefined
    this.#keys = 0
    this.#spare = new Entry(null, null, this.#empty)
    this.current = this.#spare
    for (const queue of this.#queues()) queue.clear()
  }

  sweep(isAsking: boolean): void {
    this.#hand ??= this.#entries.values()
    const gone: Entry[] = []
    while (!this.#budget.isKept) {
      const { done, value: entry } = this.#hand.next()
      if (done === true) {
        this.#hand = undefined
        break
      }
      if (entry === this.current && !isAsking) continue
      if (entry.isUsed) entry.isUsed = false
      else {
        this.#release(entry)
        gone.push(entry)
      }
    }
    const dirty = gone.filter((entry) => entry.dirty !== 0)
    for (const entry of dirty) this.#forgetChange(entry)
    this.#write(
      dirty,
      dirty.map(({ hash }) => hash),
    )
    if (gone.length > 0) this.#hasAway = true
  }

  #absent(key: Key, place: MapKey): Entry {
    this.#spare.rename(key, place)
    if (!this.#hasAway) return this.#spare
    const text = this.lines.get(this.#spare.text, this.#spare.hash)
    if (text === undefined) return this.#spare
    const entry = new Entry(key, place, this.#empty)
    this.#load(entry, text)
    this.#hold(entry)
    return entry
  }

  /** Holds in memory what fits into half of the budget; of the other keys it takes the timers. */
  #open(): void {
    const { lines } = this
    for (const all = lines.scan(); all.next();) {
      if (isGone(all.line)) continue
      const { key: text, cell, sub, value } = partsOf(all.line)
      if (cell !== undefined && cell !== timesNumber) continue
      const key = keyOfText(text)
      const entry = new Entry(key, mapKeyOf(key), this.#empty)
      if (cell === timesNumber) this.#times.queue.set(Number(sub), entry)
      else if (this.#budget.used < this.#budget.limit / 2) {
        this.#load(entry, value)
        this.#hold(entry)
        this.#setTimers(entry, value)
      } else {
        this.#hasAway = true
        this.#setTimers(entry, value)
      }
    }
  }

  /** Sets the timers that stand in the line of a key. */
  #setTimers(entry: Entry, value: string): void {
    for (const [number, text] of cellsOf(value)) {
      const cell = this.#byNumber.get(number)
      if (cell instanceof HeldTimer) cell.queue.set(Number(text), entry)
      else if (cell === this.#times) for (const time of this.#times.timesOf(text)) this.#times.queue.set(time, entry)
    }
  }

  #load(entry: Entry, value: string): void {
    entry.bytes = entryBytes + 2 * value.length
    for (const [number, text] of cellsOf(value)) {
      const cell = this.#byNumber.get(number)
      if (cell === undefined) continue
      cell.load(entry, text)
      entry.bytes += cell.bytes(entry)
      entry.live |= cell.bit
    }
    entry.isCounted = true
  }

  #write(entries: readonly Entry[], hashes: readonly number[]): void {
    if (entries.length === 0) return
    const order = inFileOrder(hashes)
    this.lines.spill((add) => {
      // Lines of the same hash, which are in the order of their texts.
      let together: string[] = []
      for (let at = 0; at < order.length; at++) {
        const hash = hashes[order[at]!]!
        const line = this.#lineOf(entries[order[at]!]!)
        const isLast = at + 1 === order.length || hashes[order[at + 1]!] !== hash
        if (isLast && together.length === 0 && this.#items.length === 0) {
          add(line, hash)
          continue
        }
        together.push(line, ...this.#items)
        this.#items = []
        if (!isLast) continue
        for (const each of together.sort(compareLines)) add(each, hash)
        together = []
      }
    })
  }

  /** What the file has of a key from now on; its items come along. */
  #lineOf(entry: Entry): string {
    let line = ''
    const addItem = (cell: number, sub: string | number, text: string) => {
      this.#items.push(itemKey(entry.text, cell, sub) + tab + text)
    }
    const { live, dirty } = entry
    let bytes = entryBytes
    for (const cell of this.#held) {
      if (((live | dirty) & cell.bit) === 0) continue
      const text = cell.write(entry, addItem)
      bytes += cell.bytes(entry) + 2 * text.length
      if ((live & cell.bit) !== 0)
        line += line === '' ? `${entry.text}${tab}${cell.number}:${text}` : `${tab}${cell.number}:${text}`
    }
    if (line === '') line = entry.text + tab
    this.grow(entry, bytes - entry.bytes)
    entry.dirty = 0
    entry.dirtyAt = -1
    const isLive = entry.live !== 0
    if (isLive !== entry.isCounted) this.#keys += isLive ? 1 : -1
    entry.isCounted = isLive
    return line
  }

  #queues(): TimerQueue[] {
    return [this.#times.queue, ...this.#timerCells.map(({ queue }) => queue)]
  }

  #hold(entry: Entry): void {
    this.#entries.set(entry.place, entry)
    entry.isHeld = true
    if (entry === this.#spare) this.#spare = new Entry(null, null, this.#empty)
    this.#account(entry.bytes)
  }

  #release(entry: Entry): void {
    if (!entry.isHeld) return
    this.#entries.delete(entry.place)
    entry.isHeld = false
    this.#account(-entry.bytes)
  }

  /** Takes an entry out of those that changed: it is written now. */
  #forgetChange(entry: Entry): void {
    const last = this.#dirty.pop()!
    const hash = this.#dirtyHashes.pop()!
    if (last === entry) return
    this.#dirty[entry.dirtyAt] = last
    this.#dirtyHashes[entry.dirtyAt] = hash
    last.dirtyAt = entry.dirtyAt
  }

  #account(bytes: number): void {
    this.#bytes += bytes
    this.#budget.used += bytes
  }
}
