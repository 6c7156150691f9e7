import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type Node, Scalar } from 'yaml'
import type { PlanPath } from '../plan/path.ts'
import type { LocatedProblem, PlanProblem } from '../plan/problem.ts'

/** A place in a text, from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Finds the places of a plan's parts in its text. */
export class Positions {
  readonly #document: Document
  readonly #lines: LineCounter

  constructor(document: Document, lines: LineCounter) {
    this.#document = document
    this.#lines = lines
  }

  /** Where a problem is: the part at its path, or the nearest one around it that stands in the text. */
  of({ path, offset = 0, ...problem }: PlanProblem & { readonly at?: number }): Position {
    const start = problem.at ?? this.#startOf(path, offset, problem.ofName === true)
    const { line, col } = this.#lines.linePos(start)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }

  #startOf(path: PlanPath, offset: number, ofName: boolean): number {
    let node: unknown = this.#document.contents
    let start = startOfNode(node)
    for (const [index, name] of path.entries()) {
      const isLast = index === path.length - 1
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))
        if (!pair) return start
        const own = pair.value
        // What has no value is shown by its name.
        if ((isLast && ofName) || !isNode(own) || own.range == null) return startOfNode(pair.key)
        start = startOfNode(own)
        node = own
      } else if (isSeq(node)) {
        const own = node.items[Number(name)]
        if (own === undefined) return start
        start = startOfNode(own)
        node = own
      } else break
    }
    return isScalar(node) ? startInScalar(node, start, offset) : start
  }
}

const startOfNode = (node: unknown): number => (isNode(node) ? ((node as Node).range?.[0] ?? 0) : 0)

/** Where a character of a text stands: behind the quote; in a block it is not followed further than to its beginning. */
function startInScalar(scalar: Scalar, start: number, offset: number): number {
  switch (scalar.type) {
    case Scalar.QUOTE_DOUBLE:
    case Scalar.QUOTE_SINGLE:
      return start + 1 + offset
    case Scalar.PLAIN:
      return start + offset
    default:
      return start
  }
}

/** By line and column, as somebody reads. */
export const inFileOrder = (problems: readonly LocatedProblem[]): readonly LocatedProblem[] =>
  problems.toSorted((one, other) => one.line - other.line || one.column - other.column)
