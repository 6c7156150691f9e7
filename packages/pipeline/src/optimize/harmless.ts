import { type AnyCommand, refTarget, type Schema } from '@heddle/core'
import type { z } from 'zod'
import type { Step } from '../plan/plan.ts'
import { stepPolicies } from '../plan/step-fields.ts'
import { readStep } from '../validate/read-config.ts'
import type { PlanSources } from '../validate/sources.ts'
import { innerLists } from './lists-of.ts'

const holders: ReadonlySet<string> = new Set(['when', 'switch', 'parallel', 'forEach', 'try'])

/**
 * Whether nobody can tell that a step did not run, but for the value that it gives: it computes, or asks something that
 * cannot be refused, and so do the steps inside of it.
 */
export function isHarmless(step: Step, sources: PlanSources): boolean {
  const read = readStep(step)
  if (!read || step.onError !== undefined || hasPolicies(step)) return false
  const { kind, config } = read
  if (kind.name === 'map') return true
  if (kind.calls) {
    const command = calledBy(step, sources)
    return command !== undefined && cannotBeRefused(command)
  }
  if (!holders.has(kind.name)) return false
  const { wait = 'all', merge } = config as { wait?: unknown; merge?: unknown }
  if (wait !== 'all' || typeof merge === 'object') return false
  return innerLists(step).every((list) => list.every((inner) => isSet(inner) || isHarmless(inner, sources)))
}

const isSet = (step: Step) => step.onError === undefined && readStep(step)?.kind.name === 'set'

/** Whether policies stand around the command of a step. */
export const hasPolicies = (step: Step): boolean =>
  step.policies !== undefined || stepPolicies.some((name) => step[name] !== undefined)

/** The command of a `call`; that of another pipeline is not known here. */
export function calledBy(step: Step, { commands }: PlanSources): AnyCommand | undefined {
  const read = readStep(step)
  return read?.kind.name === 'call' ? commands?.get((read.config as { command: string }).command) : undefined
}

function cannotBeRefused({ kind, errors, calls, uses, policies, hooks, input }: AnyCommand): boolean {
  const asksOnly = kind === 'query' && Object.keys(errors ?? {}).length === 0 && calls.length === 0
  const inside = uses.every(({ external }) => !external) && policies.length === 0 && hooks.length === 0
  return asksOnly && inside && isPlain(input)
}

/** Whether the kind of a value is all that a type asks for: what fits by its type is never refused. */
function isPlain(schema: Schema): boolean {
  const type = schema as z.core.$ZodType
  if (refTarget(type)) return false
  const def = (type as z.core.$ZodTypes)._zod.def
  if (((def as { checks?: readonly unknown[] }).checks ?? []).length > 0) return false
  switch (def.type) {
    case 'string':
    case 'number':
      return !('format' in def)
    case 'boolean':
    case 'null':
    case 'unknown':
    case 'any':
      return true
    case 'object':
      return def.catchall === undefined && Object.values(def.shape).every(isPlain)
    case 'array':
      return isPlain(def.element)
    case 'optional':
    case 'nullable':
      return isPlain(def.innerType)
    default:
      return false
  }
}
