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
  const given = configOf(step)
  const read = readConfig(kind, given)
  if (read.success) return { step, kind, config: read.data }
  // A field too many is told, and hides nothing of what is right.
  const known = readConfig(kind, withoutUnknown(given, read.error.issues))
  return known.success ? { step, kind, config: known.data } : undefined
}

function withoutUnknown(given: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  )
  if (unknown.length === 0 || typeof given !== 'object' || given === null) return given
  return Object.fromEntries(Object.entries(given).filter(([name]) => !unknown.includes(name)))
}
