import type { Expression } from '../expression.ts'

/** A part of a text. */
export interface Span {
  /** Characters from the beginning. */
  readonly offset: number
  readonly length: number
}

/** Where a node stands: the whole of it, and its name where it has one that can be wrong by itself. */
export interface Spans extends Span {
  readonly name?: Span
}

// Beside the nodes and not in them, so that what means the same is the same, wherever it was written.
const spans = new WeakMap<Expression, Spans>()

/** Notes where a node stands in its text. */
export function locate<Node extends Expression>(node: Node, at: Spans): Node {
  spans.set(node, at)
  return node
}

/** Where a parsed node stands in its text; nothing for a node that was made in code. */
export const spanOf = (node: Expression): Spans | undefined => spans.get(node)
