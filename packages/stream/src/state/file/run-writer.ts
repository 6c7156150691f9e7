import { createHash, type Hash } from 'node:crypto'
import { isGone, probeOf } from './line.ts'
import { isItem, Run } from './run.ts'
import type { StateFile } from './state-file.ts'
import { piecesOfRun } from './tables.ts'

/** About so many characters make a piece: it fits into a page of the file. */
const pieceLength = 3700

/** Writes the lines of a run, which come in order. */
export class RunWriter {
  readonly run: Run
  readonly #file: StateFile
  readonly #digest: Hash | undefined
  #text = ''
  #before = -1
  /** What the filter will hold, where it is not known how many lines come. */
  #probes: number[] | undefined
  #hasGoneItems = false

  /**
   * @param most how many lines there are at most, where that is known
   * @param isHashed whether its lines are part of the hash of an epoch
   */
  constructor(file: StateFile, step: number, isHashed: boolean, most?: number) {
    this.#file = file
    this.run = new Run(file, file.newRun(), step, file.turn)
    this.#digest = isHashed ? createHash('sha256') : undefined
    this.run.know(most ?? 0)
    if (most === undefined) this.#probes = []
  }

  add(line: string, hash: number): void {
    const { run } = this
    if (this.#text === '') run.begins(hash, line, this.#before)
    const probe = probeOf(line, hash)
    if (this.#probes === undefined) run.filter!.add(probe)
    else this.#probes.push(probe)
    if (isItem(line)) {
      run.hasItems = true
      if (isGone(line)) this.#hasGoneItems = true
    }
    this.#text += `${line}\n`
    this.#before = hash
    run.lines++
    if (this.#text.length > pieceLength) this.#end()
  }

  /** Ends the run. Gives the hash of its lines; the empty text where there are none. */
  end(): string {
    const { run } = this
    if (this.#text !== '') this.#end()
    if (this.#probes !== undefined) run.fill(this.#probes)
    run.isKnown = true
    return run.lines === 0 || this.#digest === undefined ? '' : this.#digest.digest('hex')
  }

  #end(): void {
    const text = this.#text
    this.#digest?.update(this.#hasGoneItems ? withoutGoneItems(text) : text)
    this.#file.addPiece(this.run.id * piecesOfRun + this.run.pieces++, text.slice(0, -1))
    this.#text = ''
    this.#hasGoneItems = false
  }
}

/**
 * What is hashed of lines. That an item is gone is not: it is written only where it may have been in the file, which depends on
 * what was let go from memory; the line of its key tells how many items there are.
 */
export const withoutGoneItems = (text: string): string =>
  text.split('\n').filter((line) => !isItem(line) || !isGone(line)).join('\n') // prettier-ignore
