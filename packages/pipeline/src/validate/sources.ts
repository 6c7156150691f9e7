import type { AnyCommand, AnyEvent, Schema } from '@heddle/core'
import type { Parameter } from '../plan/plan.ts'

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
}
