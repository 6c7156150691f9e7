import type { Json } from '@heddle/core'
import type { z } from 'zod'
import type { ValueType } from '../expression/index.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Step } from '../plan/plan.ts'
import type { Building, Executable } from '../run/executor.ts'
import type { Typing } from '../validate/typing.ts'
import type { JobRule } from './job-rule.ts'
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
  /** In a job: the names that stand for records, with the input that they come from. @default { it: 0 } */
  readonly records?: Readonly<Record<string, number>>
  /** Whether it is an aggregate expression. @default false */
  readonly isAggregate?: true
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
  /**
   * Fields that belong to the kind and stand beside it in a step, with their types: `aggregate` beside `window`. Its
   * functions find them in their config. One of them alone may be a kind of its own.
   */
  readonly beside?: Readonly<Record<string, z.ZodType>>
  /** In which modes it can stand. One that cannot stand in a command makes a plan a workflow or a job. */
  readonly modes: readonly Mode[]
  /** Whether it runs one command, so that policies can stand around it and a dead letter can keep it. @default false */
  readonly calls?: boolean
  /** Settings to show in documents and to try; with fields beside them, those and the kind's own by name. */
  readonly examples: readonly Json[]
  /** The steps inside of it. */
  nested?(config: Config): readonly NestedSteps[]
  /** The expressions in its settings, those of nested steps left out. */
  expressions?(config: Config): readonly NestedExpression[]
  /** The type of what it gives, from the type of what it reads; tells what does not fit. */
  type(config: Config, typing: Typing): ValueType
  /** What it is in a job; missing where it cannot stand in one. */
  readonly job?: JobRule<Config>
  /** What it does in a few words, for pictures; without it, what its short form says. */
  detail?(config: Config): string
  /** How it runs in a command; missing where it cannot. */
  command?(config: Config, building: Building): Executable
}

/** Declares a kind of step: the types of its functions follow its config. */
export const stepKind = <Config>(kind: StepKind<Config>): StepKind => kind
