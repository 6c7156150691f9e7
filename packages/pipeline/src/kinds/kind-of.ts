import type { Json } from '@heddle/core'
import type { PlanPath } from '../plan/path.ts'
import type { Step } from '../plan/plan.ts'
import { stepFields } from '../plan/step-fields.ts'
import type { StepKind } from './kind.ts'
import { stepKinds } from './kinds.ts'

/** The name of a step's kind; nothing where no field or more than one names it. Fields beside a kind belong to it. */
export function kindOf(step: Step): string | undefined {
  // What is no step at all is told with the shape of the plan.
  if (typeof step !== 'object' || step === null) return undefined
  const names = Object.keys(step).filter((field) => !stepFields.has(field) && step[field] !== undefined)
  if (names.length <= 1) return names[0]
  return names.find((name) => names.every((other) => other === name || isBeside(stepKinds.get(name), other)))
}

/** Whether a field stands beside a kind, and belongs to it. */
export const isBeside = (kind: StepKind | undefined, field: string): boolean =>
  kind?.beside !== undefined && Object.hasOwn(kind.beside, field)

/** The settings of a step's kind as they are written, without the fields beside it. */
export function configOf(step: Step): Json | undefined {
  const kind = kindOf(step)
  return kind === undefined ? undefined : step[kind]
}

/** The way from a step to a setting of its kind: a field beside the kind is no field of its settings. */
export const settingPath = (kind: StepKind, path: PlanPath): PlanPath =>
  isBeside(kind, String(path[0])) ? path : [kind.name, ...path]

/** An example of a kind as it stands in a step. */
export const exampleOf = (kind: StepKind, example: Json): Readonly<Record<string, Json>> =>
  kind.beside ? (example as Readonly<Record<string, Json>>) : { [kind.name]: example }
