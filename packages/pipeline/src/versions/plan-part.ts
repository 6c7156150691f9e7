import type { AnyCommand, OpenApp, Part } from '@heddle/core'
import type { Mode } from '../kinds/mode.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import type { LoadedPlan } from '../text/load-plan.ts'

/** What becomes of the open runs of a workflow when another plan of it runs. */
export interface OpenRunCounts {
  /** They go on with the new plan. */
  readonly fit: number
  /** They go on with the plan that they began with. */
  readonly keep: number
  /** Of a job: what becomes of its state, as sentences. */
  readonly notes?: readonly string[]
  /** Of a job that does not run the plan at once: its state is built anew first, or it rests until it is resumed. */
  readonly waits?: 'built' | 'resumed'
}

/** A part of an app that a plan was made of, and in whose place one of another plan can run. */
export interface PlanPart extends Part {
  readonly name: string
  readonly plan: Plan
  /** The content hash of the plan. */
  readonly hash: string
  readonly mode: Mode
  /** The file that the plan came from. */
  readonly file: string | undefined
  /** The plans that it imports, as they were read. */
  readonly imported: readonly LoadedPlan[]
  /** The command that it is called by. */
  readonly command: AnyCommand
  /** Every command of it that callers know. */
  readonly seen: readonly AnyCommand[]
  /** The same with another plan: its names mean what they mean here. @throws {Defect} InvalidPlan */
  withPlan(plan: Plan | LoadedPlan): PlanPart
  /** Puts mistakes into its file. */
  locate(problems: readonly PlanProblem[]): readonly PlanProblem[]
  /** Runs from now on in the place of another of the same name. */
  takeOver(app: OpenApp, before: PlanPart): void
  /** Holds it against the runs that are open. @throws {Defect} InvalidPlan, where some could not go on */
  survey?(app: OpenApp, before: PlanPart): Promise<OpenRunCounts>
}

/** Whether the plan of a part can be exchanged. */
export const isPlanPart = (part: Part): part is PlanPart => 'withPlan' in part && 'takeOver' in part

/** The files of a plan: its own, and those that it imports, however far inside. */
export function filesOf({ file, imported }: Pick<PlanPart, 'file' | 'imported'>): string[] {
  const inside = imported.flatMap((loaded) => filesOf(loaded))
  return [...new Set([...(file === undefined ? [] : [file]), ...inside])]
}
