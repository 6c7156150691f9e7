import { Defect } from '@heddle/core'
import type { TextForm } from '@heddle/core'
import type { CellShape } from '../cells.ts'
import { decode, encode, Unwritable } from '../file/encode.ts'
import type { StateFile } from '../file/state-file.ts'
import type { StepLines } from '../file/step-lines.ts'
import { textForms } from '../file/text-forms.ts'
import type { Entry } from '../memory/entry.ts'

/** Up to so many items a list or a map stands in the line of its key; beyond that, each has a line of its own. */
export const mostInLine = 8

/** What a cell sees of its step: the key at work, and where changes are told. */
export interface CellHost {
  readonly id: string
  readonly file: StateFile
  /** What the file has of the step. */
  readonly lines: StepLines
  readonly current: Entry
  /** A cell of a key changed, for the first time since it was written. */
  changed(entry: Entry, bit: number): void
  /** The state of a key takes so many bytes more than before, about. */
  grow(entry: Entry, bytes: number): void
}

/** Where a cell stands in its step. */
export interface CellPlace {
  readonly name: string
  readonly shape: CellShape
  /** Its number in the file, which stays when cells are added or removed. */
  readonly number: number
  /** Its slot in an entry, and its bit there. */
  readonly index: number
}

/** Takes the line of an item; the empty text says that it is no more. */
export type AddItem = (cell: number, sub: string | number, text: string) => void

/** A declared cell over all keys of a step: it always means the key at work. */
export abstract class HeldCell {
  readonly name: string
  readonly number: number
  readonly index: number
  readonly bit: number
  readonly host: CellHost
  /** The estimate of a value that was not written yet: the size of those that were. */
  average = 100
  readonly #forms: readonly TextForm[]

  constructor(host: CellHost, { name, shape, number, index }: CellPlace) {
    this.host = host
    this.name = name
    this.number = number
    this.index = index
    this.bit = 1 << index
    this.#forms = shape.cell === 'timer' ? [] : textForms(shape.schema)
  }

  /** What the slot of a key without state holds. */
  abstract readonly empty: unknown
  /** Fills the slot from what stands in the line of the key. */
  abstract load(entry: Entry, text: string): void
  /** What stands in the line of the key, the empty text where the cell holds nothing; and the items that changed. */
  abstract write(entry: Entry, addItem: AddItem): string

  encode(value: unknown, entry: Entry): string {
    try {
      return encode(value, this.#forms)
    } catch (thrown) {
      this.host.file.fail()
      if (!(thrown instanceof Unwritable)) throw thrown
      const data = { cell: this.name, step: this.host.id, key: entry.text, reason: thrown.message }
      throw new Defect('UnwritableState', data)
    }
  }

  decode(text: string): unknown {
    return decode(text, this.#forms)
  }

  /** About how many bytes it takes in memory beside what it would be as text. */
  abstract bytes(entry: Entry): number

  /** Notes how long the text of a value was. */
  measured(length: number): void {
    this.average += (32 + 2 * length - this.average) / 16
  }

  protected change(entry: Entry): void {
    if ((entry.dirty & this.bit) === 0) this.host.changed(entry, this.bit)
  }

  protected grow(entry: Entry, bytes: number): void {
    this.host.grow(entry, bytes)
  }
}
