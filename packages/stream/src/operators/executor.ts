import type { AggregateFunction, PlanOperator, Step } from '@heddle/pipeline'
import type { AnyAggregate } from '../aggregates/aggregate.ts'
import type { Operator } from '../operator/operator.ts'
import type { JobExpressions } from './job-expressions.ts'

/**
 * An operator of a user's own, given to a job under a name.
 *
 * @example
 * const smooth: JobOperator = { config: z.object({ factor: z.number() }), create: ({ factor }) => smoothOperator(factor) }
 */
export interface JobOperator<Config = never> extends PlanOperator {
  /** @param config the settings of the step, as `config` reads them */
  create(config: Config): Operator
}

/** An aggregate of a user's own: how it is typed in plans, and what it does. */
export interface JobAggregate extends AggregateFunction {
  /** Of one expression it is given the value; of more, or with written numbers, the list of all. */
  readonly aggregate: AnyAggregate
}

/** What the executor of a kind is given. */
export interface JobBuilding extends JobExpressions {
  /** The step that is made ready. */
  readonly step: Step
  /** Whether what the step reads may be withdrawn. */
  readonly reads: 'append' | 'changes'
  /** The key that the records have already: the names of its parts, and whether it is a list of them. */
  readonly keyBefore: { readonly names: readonly string[]; readonly isList: boolean } | undefined
  operatorNamed(name: string): JobOperator
  /** Aggregates that were given in code, by name. */
  readonly aggregates: ReadonlyMap<string, JobAggregate>
}

/** Makes a step of a job ready: from the settings of its kind, which were checked, to an operator. */
export type JobExecutor<Config = never> = (config: Config, building: JobBuilding) => Operator
