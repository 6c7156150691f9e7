import type { StepKind } from '../kinds/kind.ts'
import type { PlanPath } from '../plan/path.ts'

/** A list where steps stand, or should. */
export interface NestedList {
  /** The way to it in the settings of the step around it. */
  readonly path: PlanPath
  readonly steps: readonly unknown[]
}

/**
 * The lists of steps in the settings of a step as they are written: also where the settings as a whole are not sound, so
 * that a mistake does not hide what is inside of it. Only names that kinds give to their steps are looked at.
 */
export const nestedLists = (kind: StepKind, given: unknown): readonly NestedList[] =>
  kind.nested ? [...nestedOf(given, [])] : []

function* nestedOf(given: unknown, path: PlanPath): Generator<NestedList> {
  if (typeof given !== 'object' || given === null) return
  for (const [name, part] of Object.entries(given)) {
    const own = [...path, Array.isArray(given) ? Number(name) : name]
    const isCase = path.at(-1) === 'cases'
    if (Array.isArray(part) && (isCase || listNames.has(name))) yield { path: own, steps: part }
    else if (name === 'branches' || name === 'cases' || path.at(-1) === 'branches') yield* nestedOf(part, own)
  }
}

const listNames: ReadonlySet<string> = new Set(['steps', 'then', 'else', 'default', 'catch'])
