import { deserialize, serialize } from 'node:v8'
import type { FiredTimer } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import type { CellShape, CellShapes, CellsOf, ListCell, MapCell, TimerCell, ValueCell } from '../state/cells.ts'
import type { StepState } from '../state/state.ts'

/** What is kept for a key: what its cells hold by their names, and its timers. */
interface Kept {
  readonly key: Key
  readonly values: Map<string, unknown>
  readonly lists: Map<string, unknown[]>
  readonly maps: Map<string, Map<string | number, unknown>>
  readonly timers: Set<number>
  readonly timerCells: Map<string, number>
}

const nothing = (key: Key): Kept => ({
  key,
  values: new Map(),
  lists: new Map(),
  maps: new Map(),
  timers: new Set(),
  timerCells: new Map(),
})

const isEmpty = (kept: Kept): boolean =>
  kept.values.size + kept.timers.size + kept.timerCells.size === 0 &&
  [...kept.lists.values()].every((items) => items.length === 0) &&
  [...kept.maps.values()].every((entries) => entries.size === 0)

/**
 * State of one step without any cleverness: the model that operators are tested on. Each snapshot proves that the cells
 * hold what their schemas say, and hands on copies, so that nothing survives a restart that is not in a cell.
 */
export class PlainState implements StepState {
  readonly cells: CellsOf<CellShapes>
  readonly #shapes: CellShapes
  readonly #keys = new Map<string, Kept>()
  #current: Kept = nothing(null)

  constructor(shapes: CellShapes, snapshot?: Uint8Array) {
    this.#shapes = shapes
    const cells = Object.entries(shapes).map(([name, shape]) => [name, this.#cell(name, shape)] as const)
    this.cells = Object.fromEntries(cells) as CellsOf<CellShapes>
    if (snapshot === undefined) return
    for (const kept of deserialize(snapshot) as Kept[]) this.#keys.set(JSON.stringify(kept.key), kept)
  }

  get key(): Key {
    return this.#current.key
  }

  select(key: Key): void {
    const text = JSON.stringify(key)
    let kept = this.#keys.get(text)
    if (kept === undefined) this.#keys.set(text, (kept = nothing(key)))
    this.#current = kept
  }

  timer(time: number): void {
    this.#current.timers.add(time)
  }

  cancelTimer(time: number): void {
    this.#current.timers.delete(time)
  }

  get firstTimer(): number {
    return this.#first()?.time ?? Infinity
  }

  takeTimer(watermark: number): FiredTimer | undefined {
    const first = this.#first()
    if (first === undefined || first.time > watermark) return undefined
    const { kept, time, cell } = first
    if (cell === undefined) kept.timers.delete(time)
    else kept.timerCells.delete(cell)
    this.#current = kept
    return { time, cell }
  }

  size(): { readonly keys: number; readonly memoryBytes: number } {
    this.#leaveOutEmpty()
    return { keys: this.#keys.size, memoryBytes: 0 }
  }

  /** Everything as bytes. @throws where a cell holds what its schema does not allow */
  snapshot(): Uint8Array {
    this.#leaveOutEmpty()
    const all = [...this.#keys.values()]
    for (const kept of all) this.#prove(kept)
    return serialize(all)
  }

  #leaveOutEmpty(): void {
    for (const [text, kept] of this.#keys) if (isEmpty(kept)) this.#keys.delete(text)
    this.#current = nothing(null)
  }

  #prove(kept: Kept): void {
    for (const [name, shape] of Object.entries(this.#shapes)) {
      if (shape.cell === 'timer') continue
      const held =
        shape.cell === 'value'
          ? kept.values.has(name)
            ? [kept.values.get(name)]
            : []
          : shape.cell === 'list'
            ? (kept.lists.get(name) ?? [])
            : [...(kept.maps.get(name)?.values() ?? [])]
      for (const value of held) {
        const parsed = shape.schema.safeParse(value)
        if (parsed.success) continue
        throw new TypeError(`the cell "${name}" of the key ${JSON.stringify(kept.key)}: ${parsed.error.message}`)
      }
    }
  }

  #first(): { kept: Kept; time: number; cell: string | undefined } | undefined {
    let first: { kept: Kept; time: number; cell: string | undefined } | undefined
    const consider = (kept: Kept, time: number, cell: string | undefined) => {
      if (first !== undefined && (time > first.time || (time === first.time && !isBefore(kept.key, first.kept.key))))
        return
      first = { kept, time, cell }
    }
    for (const kept of this.#keys.values()) {
      for (const time of kept.timers) consider(kept, time, undefined)
      for (const [cell, time] of kept.timerCells) consider(kept, time, cell)
    }
    return first
  }

  #cell(name: string, shape: CellShape): ValueCell | ListCell | MapCell | TimerCell {
    if (shape.cell === 'value') return this.#valueCell(name)
    if (shape.cell === 'list') return this.#listCell(name)
    return shape.cell === 'map' ? this.#mapCell(name) : this.#timerCell(name)
  }

  #valueCell(name: string): ValueCell {
    const values = () => this.#current.values
    return {
      has: () => values().has(name),
      get: () => values().get(name),
      set: (value) => void values().set(name, value),
      clear: () => void values().delete(name),
      touch: () => undefined,
    }
  }

  #listCell(name: string): ListCell {
    const items = () => this.#current.lists.get(name) ?? []
    return {
      get size() {
        return items().length
      },
      push: (item) => void this.#current.lists.set(name, [...items(), item]),
      all: items,
      replace: (others) => void this.#current.lists.set(name, [...others]),
      clear: () => void this.#current.lists.delete(name),
    }
  }

  #mapCell(name: string): MapCell {
    const entries = () => {
      let held = this.#current.maps.get(name)
      if (held === undefined) this.#current.maps.set(name, (held = new Map()))
      return held
    }
    return {
      get size() {
        return entries().size
      },
      has: (entry) => entries().has(entry),
      get: (entry) => entries().get(entry),
      set: (entry, value) => void entries().set(entry, value),
      delete: (entry) => void entries().delete(entry),
      entries: () => entries().entries(),
      clear: () => entries().clear(),
      touch: () => undefined,
    }
  }

  #timerCell(name: string): TimerCell {
    const timers = () => this.#current.timerCells
    return {
      get at() {
        return timers().get(name)
      },
      set: (time) => void timers().set(name, time),
      clear: () => void timers().delete(name),
    }
  }
}

/** Some total order of keys: which one does not matter to an operator. */
const isBefore = (left: Key, right: Key): boolean => JSON.stringify(left) < JSON.stringify(right)
