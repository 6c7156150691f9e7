import type { MapCell } from '../cells.ts'
import type { Entry } from '../memory/entry.ts'
import { between, equals, itemKey } from '../file/line.ts'
import { keyOfText, keyText } from '../key-text.ts'
import { type AddItem, HeldCell, mostInLine } from './held-cell.ts'
import { LargeMap, MapSlot, type Name, Part } from './map-slot.ts'

/** About what an entry of a map costs beside its value. */
const partBytes = 100
/** About what a small map costs, with its first entry but for the value of that. */
const slotBytes = 80
/** Up to so many entries a map is read as a whole, once one of them is needed. */
const small = 32

/** A map per key. In the line of its key stand its entries, or how many there are and the next turn. */
export class HeldMap extends HeldCell implements MapCell {
  readonly empty = undefined

  get size(): number {
    return this.#slot()?.size ?? 0
  }

  has(name: Name): boolean {
    const slot = this.#slot()
    if (slot === undefined) return false
    return slot.large === undefined ? slot.find(name) >= 0 : this.#find(slot, slot.large, name) !== undefined
  }

  get(name: Name): unknown {
    const slot = this.#slot()
    if (slot === undefined) return undefined
    if (slot.large !== undefined) return this.#find(slot, slot.large, name)?.value
    const turn = slot.find(name)
    return turn < 0 ? undefined : slot.valueAt(turn)
  }

  set(name: Name, value: unknown): void {
    const entry = this.host.current
    const slot = this.#slot() ?? this.#made(entry)
    if (slot.large === undefined) {
      const turn = slot.find(name)
      if (turn < 0) this.#add(entry, slot, name, value)
      else slot.setAt(turn, value)
      return this.change(entry)
    }
    let part = this.#find(slot, slot.large, name)
    if (part === undefined) {
      part = new Part(name, slot.large.next++, value)
      slot.size++
      slot.large.parts.delete(name) // One that is gone has its turn no more.
      slot.large.parts.set(name, part)
      slot.large.missing = undefined
      this.grow(entry, partBytes + this.average)
    } else part.value = value
    this.#changed(entry, slot.large, part)
  }

  delete(name: Name): void {
    const slot = this.#slot()
    if (slot === undefined) return
    const entry = this.host.current
    if (slot.large === undefined) {
      const turn = slot.find(name)
      if (turn < 0) return
      if (slot.size === 1) return this.#empty(entry, slot)
      slot.removeAt(turn)
      this.grow(entry, -partBytes - this.average)
      return this.change(entry)
    }
    const part = this.#find(slot, slot.large, name)
    if (part === undefined) return
    if (slot.size === 1) return this.#empty(entry, slot)
    part.isGone = true
    part.value = undefined
    if (slot.large.isWhole) slot.large.parts.delete(name)
    slot.size--
    this.grow(entry, -partBytes - this.average)
    this.#changed(entry, slot.large, part)
  }

  *entries(): Generator<[Name, unknown]> {
    const entry = this.host.current
    const slot = this.#slot()
    if (slot === undefined) return
    if (slot.large === undefined) return yield* slot.entries()
    if (!slot.large.isWhole) this.#loadAll(entry, slot, slot.large)
    for (const part of slot.large.parts.values()) yield [part.name, part.value]
  }

  clear(): void {
    const slot = this.#slot()
    if (slot !== undefined && slot.size > 0) this.#empty(this.host.current, slot)
  }

  touch(name: Name): void {
    const slot = this.#slot()
    if (slot === undefined) return
    const entry = this.host.current
    if (slot.large === undefined) {
      if (slot.find(name) >= 0) this.change(entry)
      return
    }
    const part = this.#find(slot, slot.large, name)
    if (part !== undefined) this.#changed(entry, slot.large, part)
  }

  load(entry: Entry, text: string): void {
    const slot = this.#made(entry)
    if (text.startsWith('#')) {
      const [size, next] = text.slice(1).split(',')
      slot.size = Number(size)
      slot.large = new LargeMap()
      slot.large.next = Number(next)
      slot.large.isWhole = false
      return
    }
    for (const pair of text.split(between)) {
      const at = pair.indexOf(equals)
      const name = keyOfText(pair.slice(0, at)) as Name
      slot.add(name, this.decode(pair.slice(at + 1)))
    }
  }

  write(entry: Entry, addItem: AddItem): string {
    const slot = entry.slot(this.index) as MapSlot | undefined
    if (slot === undefined) return ''
    const { gone, large } = slot
    slot.gone = undefined
    if (large === undefined) {
      if (gone !== undefined) for (const sub of gone) addItem(this.number, sub, '')
      return this.#inLine(slot, entry)
    }
    for (const part of large.changed) {
      part.isDirty = false
      const sub = keyText(part.name)
      const now = large.parts.get(part.name)
      if (now !== part && now !== undefined) continue // Removed and set anew: the new one is among them as well.
      gone?.delete(sub)
      if (part.isGone) {
        large.parts.delete(part.name)
        addItem(this.number, sub, '')
      } else addItem(this.number, sub, `${part.place} ${this.#text(part.value, entry)}`)
    }
    if (gone !== undefined) for (const sub of gone) addItem(this.number, sub, '')
    large.changed = []
    return `#${slot.size},${large.next}`
  }

  bytes(entry: Entry): number {
    const slot = entry.slot(this.index) as MapSlot | undefined
    if (slot === undefined) return 0
    if (slot.large !== undefined) return 300 + slot.large.parts.size * (partBytes + this.average)
    return slot.size > 1 ? slotBytes + slot.size * partBytes : slotBytes
  }

  #inLine(slot: MapSlot, entry: Entry): string {
    let line = ''
    for (const [name, value] of slot.entries()) {
      const text = `${keyText(name)}${equals}${this.#text(value, entry)}`
      line = line === '' ? text : line + between + text
    }
    return line
  }

  #text(value: unknown, entry: Entry): string {
    const text = this.encode(value, entry)
    this.measured(text.length)
    return text
  }

  #slot(): MapSlot | undefined {
    return this.host.current.slot(this.index) as MapSlot | undefined
  }

  #made(entry: Entry): MapSlot {
    const slot = new MapSlot()
    entry.setSlot(this.index, slot)
    return slot
  }

  #add(entry: Entry, slot: MapSlot, name: Name, value: unknown): void {
    slot.add(name, value)
    entry.live |= this.bit
    this.grow(entry, (slot.size === 1 ? slotBytes : partBytes) + this.average)
    if (slot.size > mostInLine) slot.enlarge()
  }

  #find(slot: MapSlot, large: LargeMap, name: Name): Part | undefined {
    const { last } = large
    if (last !== undefined && last.name === name && !last.isGone) return last
    const part = large.parts.get(name)
    if (part !== undefined) {
      if (part.isGone) return undefined
      large.last = part
      return part
    }
    return large.isWhole || large.missing === name ? undefined : this.#load(slot, large, name)
  }

  #load(slot: MapSlot, large: LargeMap, name: Name): Part | undefined {
    const entry = this.host.current
    if (slot.size <= small) {
      this.#loadAll(entry, slot, large)
      return large.parts.get(name)
    }
    const text = this.host.lines.get(itemKey(entry.text, this.number, keyText(name)), entry.hash)
    if (text === undefined) {
      large.missing = name
      return undefined
    }
    const part = this.#part(name, text)
    large.parts.set(name, part)
    this.grow(entry, partBytes + this.average)
    return part
  }

  /** Reads the entries that are in the file alone, and puts all in order. */
  #loadAll(entry: Entry, slot: MapSlot, large: LargeMap): void {
    const { file, lines } = this.host
    const before = large.parts.size
    const parts: Part[] = []
    for (const [sub, text] of lines.items(entry.text, entry.hash, this.number)) {
      const name = keyOfText(sub) as Name
      if (!large.parts.has(name)) parts.push(this.#part(name, text))
    }
    for (const part of large.parts.values()) if (!part.isGone) parts.push(part)
    if (parts.length !== slot.size) throw file.damaged(`the map "${this.name}" of a key lacks entries`)
    parts.sort((a, b) => a.place - b.place)
    large.parts = new Map(parts.map((part) => [part.name, part]))
    large.isWhole = true
    this.grow(entry, (parts.length - before) * (partBytes + this.average))
  }

  #part(name: Name, text: string): Part {
    const space = text.indexOf(' ')
    return new Part(name, Number(text.slice(0, space)), this.decode(text.slice(space + 1)))
  }

  /** Also the turns begin anew, so that they do not depend on whether the map was let go in between. */
  #empty(entry: Entry, slot: MapSlot): void {
    const next = new MapSlot()
    next.gone = slot.gone
    if (slot.large !== undefined) {
      if (!slot.large.isWhole) this.#loadAll(entry, slot, slot.large)
      next.gone ??= new Set()
      for (const name of slot.large.parts.keys()) next.gone.add(keyText(name))
      for (const part of slot.large.changed) next.gone.add(keyText(part.name))
    }
    entry.setSlot(this.index, next)
    entry.live &= ~this.bit
    this.change(entry)
    this.grow(entry, -(slot.large?.parts.size ?? 1) * (partBytes + this.average))
  }

  #changed(entry: Entry, large: LargeMap, part: Part): void {
    if (!part.isDirty) {
      part.isDirty = true
      large.changed.push(part)
    }
    this.change(entry)
  }
}
