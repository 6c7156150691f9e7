import { type AnyCommand, type AnyEvent, command, systemFailure, toJson } from '@heddle/core'
import { z } from 'zod'
import type { Plan, Step } from '../plan/plan.ts'
import { stepName } from '../plan/step-name.ts'
import type { PlanSources } from '../validate/sources.ts'
import type { Assembly } from './assembly.ts'
import { commandExecutors } from './command-executors.ts'
import { CommandWorld } from './command-world.ts'
import type { Attempt, Run } from './executor.ts'
import type { Frame } from './frame.ts'
import { giveUp } from './give-up.ts'
import { policiesOf } from './policies-of.ts'
import type { Gate } from './race.ts'
import { stepCommand } from './step-command.ts'

/** Makes plans ready as commands: a step with policies, or that can be undone, becomes a local command. */
export class CommandAssembly implements Assembly {
  readonly executors = commandExecutors
  readonly calls = new Set<AnyCommand>()
  readonly emits = new Set<AnyEvent>()
  readonly #plan: Plan
  readonly #sources: PlanSources

  constructor(plan: Plan, sources: PlanSources) {
    this.#plan = plan
    this.#sources = sources
  }

  /** Whether everything that is called only reads, so that the whole does. */
  get isQuery(): boolean {
    return this.emits.size === 0 && [...this.calls].every(({ kind }) => kind === 'query')
  }

  command(base: AnyCommand, step?: Step): AnyCommand {
    const policies = step ? policiesOf(step, this.#plan, this.#sources) : []
    const called = policies.length === 0 ? base : stepCommand(base, this.#plan, step!, policies)
    this.calls.add(called)
    return called
  }

  event(event: AnyEvent): AnyEvent {
    this.emits.add(event)
    return event
  }

  isolate(step: Step, make: (inner: Assembly) => Run, name = 'Try'): Attempt {
    const inner = new CommandAssembly(this.#plan, this.#sources)
    const run = make(inner)
    const group = {
      ...command(stepName(this.#plan, step.id, name), {
        kind: inner.isQuery ? 'query' : 'command',
        summary: `The steps of "${step.id}" in ${this.#plan.pipeline}, undone as a whole`,
        input: z.unknown(),
        output: z.unknown(),
        calls: [...inner.calls],
        emits: [...inner.emits],
        policies: [giveUp],
        async run({ input, call, emit }) {
          const { frame, gate } = input as Isolated
          const value = await run(frame.inner(frame.it, { world: new CommandWorld(call, emit) }))
          return gate?.enter() === false ? systemFailure('Cancelled') : value
        },
      }),
      madeFrom: { template: this.#plan.pipeline, config: { step: step.id } },
    }
    this.calls.add(group)
    return (frame, gate) => frame.world.try(step.id, group, new Isolated(frame, gate))
  }
}

/** The input of a group: where its steps begin. As JSON it is the value that they read. */
class Isolated {
  readonly frame: Frame
  readonly gate: Gate | undefined

  constructor(frame: Frame, gate: Gate | undefined) {
    this.frame = frame
    this.gate = gate
  }

  toJSON() {
    return toJson(this.frame.it)
  }
}
