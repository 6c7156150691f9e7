import { Defect, type Referable, ref } from '@heddle/core'
import { type } from '@heddle/core/types'
import { z } from 'zod'

/** A field as data. */
export const fieldData = z.strictObject({
  /** A kind below, or a registered type such as `Email`. */
  type: z.string(),
  optional: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** Least length of a text, least value of a number. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** A regular expression that a text must match. */
  pattern: z.string().max(500).optional(),
  /** What a `choice` chooses from. */
  values: z.array(z.string()).min(1).optional(),
  /** The entity that a `reference` names. */
  to: z.string().optional(),
  onDelete: z.enum(['restrict', 'cascade', 'setNull']).optional(),
})

/** A field as data. */
export type FieldData = z.infer<typeof fieldData>

/** Makes what tests a text by a pattern; undefined for one that is not to be run. */
export type Patterns = (source: string) => RegExp | undefined

const native = (source: string) => new RegExp(source, 'u')

/** Which settings each kind understands, beside `optional` and `default`. */
const kinds: Readonly<Record<string, readonly (keyof FieldData)[]>> = {
  text: ['min', 'max', 'pattern'],
  integer: ['min', 'max'],
  number: ['min', 'max'],
  boolean: [],
  time: [],
  uuid: [],
  json: [],
  choice: ['values'],
  reference: ['to', 'onDelete'],
}

/**
 * The type of a field.
 *
 * @param find gives the entity that a reference names
 * @param patterns tests texts by patterns
 * @throws {Defect} InvalidDefinition, which says what is wrong with which field
 */
export function fieldFromData(
  name: string,
  field: FieldData,
  find: (entity: string) => Referable | undefined,
  patterns: Patterns = native,
): z.ZodType {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: `the field "${name}"`, reason })
  const { optional = false, type: kind, default: value, ...settings } = field
  const known = kinds[kind] ?? []
  const unknown = Object.keys(settings).find((setting) => !known.includes(setting as keyof FieldData))
  if (unknown !== undefined) throw refuse(`the type "${kind}" has no setting "${unknown}"`)
  const base = baseType(field, refuse, find, patterns)
  if (value === undefined) return optional ? base.optional() : base
  if (optional) throw refuse('it has a default, so it is never missing; leave out `optional`')
  if (!base.safeParse(value).success) throw refuse(`the default ${JSON.stringify(value)} does not fit its type`)
  return base.default(value)
}

function baseType(
  { type: kind, min, max, pattern, values, to }: FieldData,
  refuse: (reason: string) => Defect,
  find: (entity: string) => Referable | undefined,
  patterns: Patterns,
): z.ZodType {
  switch (kind) {
    case 'text': {
      let text = z.string()
      if (min !== undefined) text = text.min(min)
      if (max !== undefined) text = text.max(max)
      return pattern === undefined ? text : text.regex(patternOf(pattern, refuse, patterns))
    }
    case 'integer':
    case 'number': {
      let number = kind === 'integer' ? z.int() : z.number()
      if (min !== undefined) number = number.min(min)
      if (max !== undefined) number = number.max(max)
      return number
    }
    case 'boolean':
      return z.boolean()
    case 'time':
      return z.date()
    case 'uuid':
      return z.uuid()
    case 'json':
      return z.unknown()
    case 'choice':
      if (!values) throw refuse('a choice needs `values`')
      return z.enum(values)
    case 'reference': {
      if (to === undefined) throw refuse('a reference needs `to`, the name of an entity')
      const target = find(to)
      if (!target) throw refuse(`there is no entity "${to}"`)
      return ref(target)
    }
    default:
      return type(kind)
  }
}

function patternOf(pattern: string, refuse: (reason: string) => Defect, patterns: Patterns): RegExp {
  try {
    // Whoever runs it, it is one of ECMAScript.
    native(pattern)
  } catch (error) {
    throw refuse(`its pattern is no regular expression: ${(error as Error).message}`)
  }
  const made = patterns(pattern)
  if (made) return made
  throw refuse('its pattern looks around, refers back or is too large, so that testing a text could take for ever')
}
