import type { z } from 'zod'
import type { StepKind } from '../kinds/kind.ts'
import { stepKinds } from '../kinds/kinds.ts'
import { configOf, kindOf } from '../kinds/kind-of.ts'
import type { Step } from '../plan/plan.ts'
import { soundStep } from './sound-step.ts'

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

/** Reads the settings of a kind. */
export function readConfig(kind: StepKind, given: unknown): z.ZodSafeParseResult<unknown> {
  return kind.config.safeParse(widen(kind, given))
}

/**
 * A step with its kind and settings, those beside it included; nothing where these are not sound. Of the fields of all
 * steps it has those that are.
 */
export function readStep(step: Step): ReadStep | undefined {
  const kind = stepKinds.get(kindOf(step) ?? '')
  if (!kind) return undefined
  const config = readOwn(kind, configOf(step))
  if (config === undefined || kind.beside === undefined) {
    return config && { step: soundStep(step), kind, config: config.data }
  }
  const whole: Record<string, unknown> = { ...(config.data as object) }
  for (const [name, type] of Object.entries(kind.beside)) {
    const read = type.safeParse(step[name])
    if (!read.success) return undefined
    whole[name] = read.data
  }
  return { step: soundStep(step), kind, config: whole }
}

function readOwn(kind: StepKind, given: unknown): { readonly data: unknown } | undefined {
  const read = readConfig(kind, given)
  if (read.success) return read
  // A field too many is told, and hides nothing of what is right.
  const known = readConfig(kind, withoutUnknown(given, read.error.issues))
  return known.success ? known : undefined
}

function withoutUnknown(given: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  )
  if (unknown.length === 0 || typeof given !== 'object' || given === null) return given
  return Object.fromEntries(Object.entries(given).filter(([name]) => !unknown.includes(name)))
}
