import type { Schema } from '@heddle/core'
import type { z } from 'zod'

/**
 * The value of a path parameter beside a JSON body. The body is not text, so the call will not cast text into numbers
 * and booleans; the parameter has to come as what its field is. What does not read as such stays text, for the type to
 * refuse it at its path.
 */
export function castParameter(input: Schema, name: string, text: string): unknown {
  const kind = kindOf(fieldOf(input as z.core.$ZodTypes, name))
  if (kind === 'number' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) && !isRounded(Number(text))) return Number(text)
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

const isRounded = (value: number) => Math.abs(value) > Number.MAX_SAFE_INTEGER

function fieldOf(input: z.core.$ZodTypes, name: string): z.core.$ZodTypes | undefined {
  const { def } = input._zod
  return def.type === 'object' ? (def.shape[name] as z.core.$ZodTypes | undefined) : undefined
}

/** The kind of a type without what is wrapped around it. */
function kindOf(type: z.core.$ZodTypes | undefined): string | undefined {
  if (!type) return undefined
  const { def } = type._zod
  return 'innerType' in def ? kindOf(def.innerType as z.core.$ZodTypes) : def.type
}
