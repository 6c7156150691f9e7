import type { AnyCommand, AnyEvent, AnyFailure, Outcome } from '@heddle/core'
import type { Frame, World } from '@heddle/pipeline'
import type { Scope } from '../define/types.ts'
import { childOf } from './child-workflows.ts'

/** The world of a plan that is a workflow: what its steps do is written into the journal under their ids. */
export class WorkflowWorld implements World {
  readonly scope: Scope
  readonly #emits: ReadonlyMap<AnyEvent, AnyCommand>

  /** @param emits the commands that emit events, by event */
  constructor(scope: Scope, emits: ReadonlyMap<AnyEvent, AnyCommand>) {
    this.scope = scope
    this.#emits = emits
  }

  call(step: string, command: AnyCommand, input: unknown): Promise<unknown> {
    const child = childOf(command)
    return child ? this.scope.child(step, child, input as never) : this.scope.step(step, command, input)
  }

  try(step: string, command: AnyCommand, input: unknown): Promise<Outcome<unknown, AnyFailure>> {
    const child = childOf(command)
    const tried = child ? this.scope.child.try(step, child, input as never) : this.scope.step.try(step, command, input)
    return tried as Promise<Outcome<unknown, AnyFailure>>
  }

  async emit(step: string, event: AnyEvent, data: unknown): Promise<void> {
    await this.scope.step(step, this.#emits.get(event)!, data)
  }

  /** The same world at another place of the journal. */
  at(scope: Scope): WorkflowWorld {
    return new WorkflowWorld(scope, this.#emits)
  }
}

/** The place in the journal of what a frame runs. */
export const scopeOf = ({ world }: Frame): Scope => (world as WorkflowWorld).scope

/** A frame for steps at another place of the journal. */
export function frameAt(frame: Frame, scope: Scope, it: unknown, index?: number): Frame {
  return frame.inner(it, { world: (frame.world as WorkflowWorld).at(scope), ...(index !== undefined && { index }) })
}
