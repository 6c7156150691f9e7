import { anyIndex, Defect, exposed, holdsAnnotation, type Schema } from '@heddle/core'
import { z } from 'zod'

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly'])

/**
 * A type whose sensitive values leave the process at these places, e.g. `owners/#/phone`.
 *
 * @throws {Defect} InvalidDefinition, where nothing sensitive is at a place
 */
export function exposedType(name: string, type: Schema, places: readonly string[]): Schema {
  return places.reduce((whole: Schema, place) => {
    const made = exposedAt(whole as z.core.$ZodType, place === '' ? [] : place.split('/'))
    if (made) return made
    throw new Defect('InvalidDefinition', { name, reason: `nothing in its value at "${place}" is sensitive` })
  }, type)
}

function exposedAt(type: z.core.$ZodType, [step, ...rest]: readonly string[]): z.core.$ZodType | undefined {
  const { def } = (type as z.core.$ZodTypes)._zod
  if (step === undefined) return holdsAnnotation(type) ? (exposed(type) as z.core.$ZodType) : undefined
  if (wrappers.has(def.type)) {
    const inner = exposedAt((def as z.core.$ZodOptionalDef).innerType, [step, ...rest])
    return inner && like(type, { innerType: inner })
  }
  if (def.type === 'array' && step === anyIndex) {
    const element = exposedAt(def.element, rest)
    return element && like(type, { element })
  }
  if (def.type !== 'object' || !Object.hasOwn(def.shape, step)) return undefined
  const field = exposedAt(def.shape[step]!, rest)
  return field && like(type, { shape: { ...def.shape, [step]: field } })
}

/** The same type with other parts; what is known of it goes along. */
const like = (type: z.core.$ZodType, parts: object): z.core.$ZodType =>
  z.core.clone(type, { ...type._zod.def, ...parts } as never, { parent: true })
