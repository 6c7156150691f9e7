import { type AnyCommand, type AnyEvent, command } from '@heddle/core'
import {
  type Assembly,
  type Attempt,
  policiesOf,
  type Plan,
  type PlanSources,
  type Run,
  stepCommand,
  stepName,
} from '@heddle/pipeline'
import type { Step } from '@heddle/pipeline'
import { z } from 'zod'
import type { AnyWorkflow } from '../define/types.ts'
import { childOf } from './child-workflows.ts'
import { workflowExecutors } from './executors.ts'
import { scopeOf } from './workflow-world.ts'

/** Makes the steps of a plan ready as those of a workflow: each command is a step, with its policies around it. */
export class WorkflowAssembly implements Assembly {
  readonly executors = workflowExecutors
  /** Every command that is a step. */
  readonly steps = new Set<AnyCommand>()
  /** Every workflow that is run as a child. */
  readonly children = new Set<AnyWorkflow>()
  /** The commands that emit events, by event. */
  readonly emits = new Map<AnyEvent, AnyCommand>()
  readonly #plan: Plan
  readonly #sources: PlanSources

  constructor(plan: Plan, sources: PlanSources) {
    this.#plan = plan
    this.#sources = sources
  }

  command(base: AnyCommand, step?: Step): AnyCommand {
    const child = childOf(base)
    if (child) {
      this.children.add(child)
      return base
    }
    const policies = step ? policiesOf(step, this.#plan, this.#sources) : []
    const called = policies.length === 0 ? base : stepCommand(base, this.#plan, step!, policies)
    this.steps.add(called)
    return called
  }

  event(event: AnyEvent): AnyEvent {
    if (!this.emits.has(event)) {
      const emitting = emitCommand(this.#plan, event)
      this.emits.set(event, emitting)
      this.steps.add(emitting)
    }
    return event
  }

  /** Steps are durable one by one: what a group said how to undo is undone when it fails. */
  isolate(_step: Step, make: (inner: Assembly) => Run): Attempt {
    const run = make(this)
    return (frame) => scopeOf(frame).attempt(async () => run(frame))
  }
}

/** A command that emits one event: emitting is a step too. */
function emitCommand({ pipeline }: Plan, event: AnyEvent): AnyCommand {
  const words = event.name.split('.').at(-1)!
  return {
    ...command(stepName({ pipeline } as Plan, `emit${words}`, 'Step'), {
      summary: `Emits ${event.name} for ${pipeline}`,
      input: event.data as z.ZodType,
      output: z.object({}),
      emits: [event],
      run({ input, emit }) {
        emit(event, input as never)
        return {}
      },
    }),
    madeFrom: { template: pipeline, config: { event: event.name } },
  }
}
