import type { Json } from '@heddle/core'
import type { z } from 'zod'
import type { ValueType } from '../expression/index.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Step } from '../plan/plan.ts'
import type { Building, Executable } from '../run/executor.ts'
import type { Typing } from '../validate/typing.ts'
import type { Mode } from './mode.ts'

/** Steps inside of a step, with the way to them from its settings, e.g. `['branches', 0, 'steps']`. */
export interface NestedSteps {
  readonly path: PlanPath
  readonly steps: readonly Step[]
}

/** An expression in the settings of a step, with the way to it. */
export interface NestedExpression {
  readonly path: PlanPath
  readonly text: string
}

/**
 * A kind of step, one file each: what can be set, in which modes it can stand, what stands inside of it, how it is typed
 * and how it runs in a command. Other modes bring a table of executors of their own.
 */
export interface StepKind<Config = unknown> {
  readonly name: string
  /** One line, for tables and completion. */
  readonly summary: string
  /** The type of its settings, after a bare value took its field. */
  readonly config: z.ZodType<Config>
  /** The field that a bare value stands for: `call: a.B` is `call: { command: a.B }`. */
  readonly short?: string
  /** In which modes it can stand. One that cannot stand in a command makes a plan a workflow or a job. */
  readonly modes: readonly Mode[]
  /** Whether it runs one command, so that policies can stand around it and a dead letter can keep it. @default false */
  readonly calls?: boolean
  /** Settings to show in documents and to try. */
  readonly examples: readonly Json[]
  /** The steps inside of it. */
  nested?(config: Config): readonly NestedSteps[]
  /** The expressions in its settings, those of nested steps left out. */
  expressions?(config: Config): readonly NestedExpression[]
  /** The type of what it gives, from the type of what it reads; tells what does not fit. */
  type(config: Config, typing: Typing): ValueType
  /** How it runs in a command; missing where it cannot. */
  command?(config: Config, building: Building): Executable
}

/** Declares a kind of step: the types of its functions follow its config. */
export const stepKind = <Config>(kind: StepKind<Config>): StepKind => kind
