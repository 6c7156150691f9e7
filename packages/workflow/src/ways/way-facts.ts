import type { Access } from '@heddle/core'
import type { WorkflowFacts } from '../define/types.ts'

/** What the commands are made from that look after runs of one kind. */
export interface RunWay {
  /** What starts them, by which the commands are named. */
  readonly name: string
  /** What their rows say that they are runs of. @default the name */
  readonly of?: string
  /** What they end with. */
  readonly facts: Pick<WorkflowFacts, 'output' | 'errors'>
  /** Who may call the command of this name: `await`, `get`, `watch`, `cancel`, or a signal, query, update or approval. */
  accessOf(way: string): Access | undefined
}

/** What the commands of a workflow are made from. */
export interface WayFacts extends RunWay {
  readonly facts: WorkflowFacts
}

/**
 * Who may call the commands of a workflow: whoever may start it, unless it says otherwise. A rule is about the input that a
 * run is started with, so it answers for nothing else: what it starts is closed unless stated.
 */
export const accessOfWays =
  (access: Access | undefined, stated: Readonly<Record<string, Access>>): WayFacts['accessOf'] =>
  (way) =>
    stated[way] ?? (typeof access === 'function' ? undefined : access)
