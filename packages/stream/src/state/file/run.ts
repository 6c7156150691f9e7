import { Filter } from './filter.ts'
import { below, tab } from './line.ts'
import type { StateFile } from './state-file.ts'
import { piecesOfRun } from './tables.ts'

/** What changed in the keys of a step up to a turn, in order: lines in pieces, of which memory knows where each begins. */
export class Run {
  readonly id: number
  readonly step: number
  /** The last turn of which it has changes. */
  turn: number
  lines: number
  pieces: number
  hasItems = false
  /** Whether what follows is filled: it is by whoever writes the run, or reads it as a whole for the first time. */
  isKnown = false
  filter: Filter | undefined
  readonly #file: StateFile
  /** The hash with which each piece begins. */
  #firsts: number[] = []
  /** The first line's key of pieces that begin within the lines of a hash. */
  #texts = new Map<number, string>()

  constructor(file: StateFile, id: number, step: number, turn: number, lines = 0, pieces = 0) {
    this.#file = file
    this.id = id
    this.step = step
    this.turn = turn
    this.lines = lines
    this.pieces = pieces
  }

  get bytes(): number {
    return (this.filter?.bytes ?? 0) + this.#firsts.length * 8 + this.#texts.size * 100
  }

  /** Begins to fill what is known of it. */
  know(lines: number): void {
    this.#firsts = []
    this.#texts.clear()
    this.filter = new Filter(lines)
  }

  /** Fills the filter with all that it is to hold. */
  fill(probes: readonly number[]): void {
    this.filter = new Filter(probes.length)
    for (const probe of probes) this.filter.add(probe)
  }

  /** @param before the hash of the line before */
  begins(hash: number, line: string, before: number): void {
    if (hash === before) this.#texts.set(this.#firsts.length, copied(line.slice(0, line.indexOf(tab) + 1)))
    this.#firsts.push(hash)
  }

  read(piece: number): string {
    return this.#file.piece(this.id * piecesOfRun + piece)
  }

  /** What a line holds; the empty text where it says that there is nothing, undefined where there is no such line. */
  find(key: string, hash: number): string | undefined {
    const text = this.read(this.pieceOf(key + tab, hash))
    const start = text.startsWith(`${key}${tab}`) ? 0 : text.indexOf(`\n${key}${tab}`) + 1
    if (start === 0 && !text.startsWith(`${key}${tab}`)) return undefined
    const end = text.indexOf('\n', start)
    return text.slice(start + key.length + 1, end < 0 ? undefined : end)
  }

  /** The piece in which a line is, or from which on it would be. */
  pieceOf(text: string, hash: number): number {
    const firsts = this.#firsts
    let [low, high] = [0, firsts.length]
    // The last piece that begins before the line.
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#beginsBehind(middle, text, hash)) high = middle
      else low = middle + 1
    }
    return Math.max(0, low - 1)
  }

  #beginsBehind(piece: number, text: string, hash: number): boolean {
    const first = this.#firsts[piece]!
    if (first !== hash) return first > hash
    const begin = this.#texts.get(piece)
    // One that begins with the first line of its hash begins before every other of them.
    return begin !== undefined && begin > text
  }
}

/** A text of its own: a part of a text would keep the whole of it in memory. */
const copied = (text: string): string => Buffer.from(text).toString()

/** Whether a line is of an item. */
export const isItem = (line: string): boolean => line.includes(below)
