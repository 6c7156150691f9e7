import { Cursor } from './cursor.ts'
import { isGone, itemKey, probeOf, tab } from './line.ts'
import { Merge } from './merge.ts'
import type { Run } from './run.ts'
import { RunWriter } from './run-writer.ts'
import type { StateFile } from './state-file.ts'

/** So many runs of the running epoch may stand side by side before they are merged. */
const mostSpilled = 12
/** So many old runs are merged at least. */
const leastMerged = 4
/** So many lines are merged at a checkpoint, and so many for each that it wrote. */
const [linesAtLeast, linesEach] = [5_000, 4]

/**
 * The state of a step in the file: a log-structured merge tree. Each epoch is a run of what changed in it, so that going back
 * to an epoch means leaving out the runs behind it. Runs that no epoch needs for itself any more are merged, a bit at each
 * checkpoint.
 *
 * Source: O'Neil et al., The Log-Structured Merge-Tree, 1996.
 */
export class StepLines {
  readonly #file: StateFile
  readonly #step: number
  /** Of epochs, oldest first. */
  #runs: Run[]
  /** Of the running epoch, oldest first. */
  #spilled: { readonly run: Run; readonly digest: string }[] = []
  #merging:
    | { readonly merge: Merge; readonly writer: RunWriter; readonly from: readonly Run[]; isLast: boolean }
    | undefined

  constructor(file: StateFile, step: number) {
    this.#file = file
    this.#step = step
    this.#runs = file.runs(step)
  }

  /** About how many bytes of what is known of it are in memory. */
  get bytes(): number {
    return this.#newest().reduce((sum, run) => sum + run.bytes, 0)
  }

  /** What a key, or an item, holds; undefined where it holds nothing. */
  get(key: string, hash: number): string | undefined {
    const probe = probeOf(key, hash)
    for (let at = this.#spilled.length - 1; at >= 0; at--) {
      const found = findIn(this.#spilled[at]!.run, key, hash, probe)
      if (found !== undefined) return found === '' ? undefined : found
    }
    for (let at = this.#runs.length - 1; at >= 0; at--) {
      const found = findIn(this.#runs[at]!, key, hash, probe)
      if (found !== undefined) return found === '' ? undefined : found
    }
    return undefined
  }

  /** The items of a large cell: their names and what they hold. */
  items(key: string, hash: number, cell: number): Map<string, string> {
    const start = itemKey(key, cell, '')
    const found = new Map<string, string>()
    for (const run of this.#newest()) {
      if (!run.hasItems) continue
      const cursor = new Cursor(run, run.pieceOf(start, hash))
      while (cursor.next() && (cursor.hash < hash || (cursor.hash === hash && cursor.line < start)));
      for (; cursor.hash === hash && cursor.line.startsWith(start);) {
        const end = cursor.line.indexOf(tab)
        const sub = cursor.line.slice(start.length, end)
        if (!found.has(sub)) found.set(sub, cursor.line.slice(end + 1))
        if (!cursor.next()) break
      }
    }
    for (const [sub, value] of found) if (value === '') found.delete(sub)
    return found
  }

  /** All lines, those included that say that there is nothing. */
  scan(): Merge {
    return new Merge(this.#newest().map((run) => new Cursor(run)))
  }

  /** Adds a run to the running epoch. Its lines must come in order. */
  spill(write: (add: (line: string, hash: number) => void) => void): void {
    const writer = new RunWriter(this.#file, this.#step, true)
    write((line, hash) => {
      this.#file.written += line.length + 1
      writer.add(line, hash)
    })
    const digest = writer.end()
    if (writer.run.lines > 0) this.#spilled.push({ run: writer.run, digest })
    if (this.#spilled.length > mostSpilled) this.#join(firstToMerge(this.#spilled.map(({ run }) => run)))
  }

  /** Ends the running epoch with one run at most. Gives the hash of its lines; the empty text where there are none. */
  commit(): string {
    if (this.#spilled.length > 1) this.#join(0)
    const last = this.#spilled.pop()
    if (last === undefined) return ''
    this.#file.addRun(last.run)
    this.#runs.push(last.run)
    return last.digest
  }

  /** Merges some lines of runs up to a turn: no epoch before it is restored any more. */
  compact(oldest: number): void {
    const last = this.#runs.at(-1)
    let left = linesAtLeast + (last?.turn === this.#file.turn ? last.lines * linesEach : 0)
    while (left > 0) {
      this.#merging ??= this.#begin(oldest)
      if (this.#merging === undefined) return
      const { merge, writer, isLast } = this.#merging
      let hasMore = true
      for (; left > 0; left--) {
        hasMore = merge.next()
        if (!hasMore) break
        if (!isLast || !isGone(merge.line)) writer.add(merge.line, merge.hash)
      }
      if (!hasMore) this.#replace()
    }
  }

  /** Takes everything of the running epoch back out. */
  clear(): void {
    for (const { run } of this.#spilled) this.#file.removePieces(run)
    this.#spilled = []
    if (this.#merging === undefined) return
    this.#file.removeRun(this.#merging.writer.run)
    this.#merging = undefined
  }

  #newest(): Run[] {
    return [...this.#runs, ...this.#spilled.map(({ run }) => run)].reverse()
  }

  /** Makes one run of those of the running epoch, from one on. */
  #join(first: number): void {
    const from = this.#spilled.slice(first)
    if (from.length < 2) return
    const merge = new Merge(from.map(({ run }) => new Cursor(run)).reverse())
    const most = from.reduce((sum, { run }) => sum + run.lines, 0)
    const writer = new RunWriter(this.#file, this.#step, true, most)
    while (merge.next()) writer.add(merge.line, merge.hash)
    const digest = writer.end()
    for (const { run } of from) this.#file.removePieces(run)
    this.#spilled.splice(first, from.length, { run: writer.run, digest })
  }

  #begin(oldest: number) {
    const old = this.#runs.filter(({ turn }) => turn <= oldest)
    const first = firstToMerge(old)
    const from = old.slice(first)
    if (from.length < leastMerged) return undefined
    const most = from.reduce((lines, run) => lines + run.lines, 0)
    const writer = new RunWriter(this.#file, this.#step, false, most)
    writer.run.turn = from.at(-1)!.turn
    this.#file.beginRun(writer.run)
    return { merge: new Merge(from.map((run) => new Cursor(run)).reverse()), writer, from, isLast: first === 0 }
  }

  #replace(): void {
    const { writer, from } = this.#merging!
    this.#merging = undefined
    writer.end()
    const at = this.#runs.indexOf(from[0]!)
    for (const run of from) this.#file.removeRun(run)
    if (writer.run.lines > 0) this.#file.addRun(writer.run)
    else this.#file.removeRun(writer.run)
    this.#runs.splice(at, from.length, ...(writer.run.lines > 0 ? [writer.run] : []))
  }
}

function findIn(run: Run, key: string, hash: number, probe: number): string | undefined {
  return run.filter!.has(probe) ? run.find(key, hash) : undefined
}

/** From where on runs are merged: as far back as one is not larger than all behind it, so that a line is merged a few times. */
function firstToMerge(runs: readonly Run[]): number {
  let [first, sum] = [runs.length, 0]
  for (let at = runs.length - 1; at >= 0; at--) {
    const { lines } = runs[at]!
    if (lines <= sum || runs.length - at < leastMerged) first = at
    sum += lines
  }
  return first
}
