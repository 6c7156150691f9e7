import type { Cell } from './executor.ts'

/**
 * A part of a unit of work that is too large for one message: whoever sends it has other things to do as well, and a message is
 * copied in one go. The last one makes a batch of all.
 *
 * This file loads in a worker thread: nothing here may pull in the rest of the package.
 */
export interface Piece {
  /** The number of the unit. Those of others may come in between. */
  readonly of: number
  readonly cells: readonly Cell[]
  /** Of the last one: the head of the unit, and the statements that the executor has not seen. */
  readonly end?: { readonly head: number; readonly statements: readonly string[] }
}

/** Puts units together of which the pieces come one by one. */
export class Pieces {
  readonly #held = new Map<number, Cell[]>()

  /** The batch that a piece completes, in the form that an executor takes. */
  add({ of, cells, end }: Piece): Cell[] | undefined {
    let held = this.#held.get(of)
    if (held === undefined) this.#held.set(of, (held = [1, 0, 0]))
    for (const cell of cells) held.push(cell)
    if (end === undefined) return undefined
    this.#held.delete(of)
    held[1] = end.statements.length
    held[2] = end.head
    held.push(...end.statements)
    return held
  }
}
