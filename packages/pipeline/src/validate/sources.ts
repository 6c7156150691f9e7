import type { AnyCommand, AnyEvent, Schema } from '@heddle/core'
import type { Aggregates } from '../aggregate/table.ts'
import type { Parameter } from '../plan/plan.ts'
import type { PlanEntity, PlanOperator, PlanSinkKind, PlanSourceKind } from './stream-sources.ts'

/** A pipeline that others may name as a step. */
export interface PipelineSource {
  readonly name: string
  readonly parameters: Readonly<Record<string, Parameter>>
  /**
   * The command that it is with these parameters.
   *
   * @param name what it is called where it is made for one step
   * @throws {Defect} InvalidPlan
   */
  command(parameters: Readonly<Record<string, unknown>>, name: string): AnyCommand
}

/** What the names in a plan mean. Where a table is missing, names of its sort are taken as they are. */
export interface PlanSources {
  readonly commands?: ReadonlyMap<string, AnyCommand>
  readonly events?: ReadonlyMap<string, AnyEvent>
  readonly pipelines?: ReadonlyMap<string, PipelineSource>
  /** The pipeline's own types, where they are code. */
  readonly schemas?: { readonly input?: Schema; readonly output?: Schema }
  /** Policies of imported plans, by name. */
  readonly policies?: Readonly<Record<string, readonly unknown[]>>
  /** The kinds of sources and sinks that a job may have. */
  readonly sourceKinds?: ReadonlyMap<string, PlanSourceKind>
  readonly sinkKinds?: ReadonlyMap<string, PlanSinkKind>
  /** The types of records of sources by their names, where they are code; they stand for those of the plan. */
  readonly sourceTypes?: ReadonlyMap<string, Schema>
  /** Aggregates and operators that are given in code. */
  readonly aggregates?: Aggregates
  readonly operators?: ReadonlyMap<string, PlanOperator>
  /** Entities whose records enrich others. */
  readonly entities?: ReadonlyMap<string, PlanEntity>
}
