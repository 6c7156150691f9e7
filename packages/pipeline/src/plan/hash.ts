import { hashOf, type Json, toJson } from '@heddle/core'
import { kindOf } from '../kinds/kind-of.ts'
import { stepKinds } from '../kinds/kinds.ts'
import { readStep, widen } from '../validate/read-config.ts'
import type { PlanPath } from './path.ts'
import type { Plan, Step } from './plan.ts'

/**
 * The content hash of a plan, hexadecimal: the SHA-256 of its canonical JSON. The order of fields, comments, layout and
 * the short ways to write a setting do not count; what has an order (steps, branches) is a list, whose order does.
 *
 * @example planHash(delays) === planHash(parsePlan(formatPlan(delays)).plan)
 */
export const planHash = (plan: Plan): string => hashOf(toJson(canonicalPlan(plan)))

/** A plan in which everything that can be written in several ways is written in one. */
export function canonicalPlan(plan: Plan): Plan {
  const { source, sources, sink, sinks, steps, ...rest } = plan
  return {
    ...rest,
    ...oneOrSeveral('source', source, sources),
    ...oneOrSeveral('sink', sink, sinks),
    steps: steps.map(canonicalStep),
  }
}

/** Several of which there is one with the usual name are that one. */
function oneOrSeveral<Way>(
  word: string,
  one: Way | undefined,
  several: Readonly<Record<string, Way>> | undefined,
): object {
  if (one !== undefined || several === undefined)
    return { ...(one && { [word]: one }), ...(several && { [`${word}s`]: several }) }
  const names = Object.keys(several)
  return names.length === 1 && names[0] === word ? { [word]: several[word] } : { [`${word}s`]: several }
}

function canonicalStep(step: Step): Step {
  const name = kindOf(step)
  const kind = stepKinds.get(name ?? '')
  const read = readStep(step)
  if (name === undefined || !kind || !read) return step
  const { policies, onError, ...rest } = step
  let config = widen(kind, step[name])
  for (const { path, steps } of kind.nested?.(read.config) ?? []) config = put(config, path, steps.map(canonicalStep))
  return {
    ...rest,
    ...(policies !== undefined && { policies: [policies].flat() }),
    ...(onError !== undefined && onError !== 'fail' && { onError }),
    id: step.id,
    [name]: config as Json,
  }
}

/** A copy in which another value stands at a path. */
function put(value: unknown, [name, ...path]: PlanPath, part: unknown): unknown {
  if (name === undefined) return part
  if (Array.isArray(value)) return value.map((item, index) => (index === name ? put(item, path, part) : item))
  const fields = value as Record<string, unknown>
  return { ...fields, [name]: put(fields[name], path, part) }
}
