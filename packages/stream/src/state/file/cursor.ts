import { hashOf, probeOf } from './line.ts'
import { isItem, type Run } from './run.ts'

/** Goes through the lines of a run. One that does so for the first time learns what is in it. */
export class Cursor {
  line = ''
  hash = -1
  readonly #run: Run
  readonly #learns: boolean
  #lines: readonly string[] = []
  #at = 0
  #piece: number

  /** @param piece where to begin */
  constructor(run: Run, piece = 0) {
    this.#run = run
    this.#piece = piece
    this.#learns = !run.isKnown
    if (this.#learns) run.know(run.lines)
  }

  /** Goes on to the next line, if there is one. */
  next(): boolean {
    const isFirst = ++this.#at >= this.#lines.length
    if (isFirst && !this.#load()) return false
    const line = this.#lines[this.#at]!
    const hash = hashOf(line)
    if (this.#learns) this.#learn(line, hash, isFirst)
    this.line = line
    this.hash = hash
    return true
  }

  #load(): boolean {
    const run = this.#run
    if (this.#piece >= run.pieces) {
      run.isKnown = true
      return false
    }
    this.#lines = run.read(this.#piece++).split('\n')
    this.#at = 0
    return true
  }

  #learn(line: string, hash: number, isFirst: boolean): void {
    const run = this.#run
    if (isFirst) run.begins(hash, line, this.hash)
    run.filter!.add(probeOf(line, hash))
    run.hasItems ||= isItem(line)
  }
}
