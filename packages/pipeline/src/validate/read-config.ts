import type { z } from 'zod'
import type { StepKind } from '../kinds/kind.ts'
import { stepKinds } from '../kinds/kinds.ts'
import { configOf, kindOf } from '../plan/step-fields.ts'
import type { Step } from '../plan/plan.ts'

/** A step with its kind and its settings, widened and with their defaults. */
export interface ReadStep {
  readonly step: Step
  readonly kind: StepKind
  readonly config: unknown
}

/** A bare value under the field that it stands for. Something that is already an object of settings stays as it is. */
export function widen(kind: StepKind, given: unknown): unknown {
  const isBare = kind.short !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))
  return isBare ? { [kind.short!]: given } : given
}

/** Reads the settings of a step of a known kind. */
export function readConfig(kind: StepKind, given: unknown): z.ZodSafeParseResult<unknown> {
  return kind.config.safeParse(widen(kind, given))
}

/** A sound step with its kind and settings; nothing where it is not sound. */
export function readStep(step: Step): ReadStep | undefined {
  const kind = stepKinds.get(kindOf(step) ?? '')
  if (!kind) return undefined
  const read = readConfig(kind, configOf(step))
  return read.success ? { step, kind, config: read.data } : undefined
}
