import type { Json } from '@heddle/core'
import type { z } from 'zod'
import type { Step } from '../plan/plan.ts'
import type { Mode } from './mode.ts'

/** Steps inside of a step, with the way to them in its settings, e.g. `['branches', 'left']`. */
export interface NestedSteps {
  readonly path: readonly (string | number)[]
  readonly steps: readonly Step[]
}

/** An expression in the settings of a step, with the way to it. */
export interface NestedExpression {
  readonly path: readonly (string | number)[]
  readonly text: string
}

/**
 * A kind of step: what can be set, in which modes it can stand, and what stands inside of it. How it is typed and how a
 * mode runs it stand beside it, in tables by the kinds' names.
 */
export interface StepKind<Config = never> {
  readonly name: string
  /** One line, for tables and completion. */
  readonly summary: string
  /** The type of its settings, after `widen`. */
  readonly config: z.ZodType<Config>
  /** The field that a bare value stands for: `call: a.B` is `call: { command: a.B }`. */
  readonly short?: string
  /** In which modes it can stand. */
  readonly modes: readonly Mode[]
  /** Settings to show in documents and to try. */
  readonly examples: readonly Json[]
  /** The steps inside of it. */
  nested?(config: Config): readonly NestedSteps[]
  /** The expressions in its settings, those of nested steps left out. */
  expressions?(config: Config): readonly NestedExpression[]
}
