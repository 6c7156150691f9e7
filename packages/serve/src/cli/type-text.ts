import { alternatives, type JsonSchema, type Resolve } from './json-schema.ts'

/** A type in a few words with its limits, e.g. `int 1..10`, `text (3 characters)`, `list of ≤ 5 date-time`. */
export function typeText(schema: JsonSchema, resolve: Resolve, depth = 4): string {
  // A list may hold lists of its own kind, for ever.
  if (depth === 0) return 'anything'
  const { options, nullable } = alternatives(schema, resolve)
  const texts = [...new Set(options.map((option) => optionText(option, resolve, depth)))]
  if (nullable) texts.push('null')
  return texts.length === 0 ? 'null' : texts.join(' | ')
}

function optionText(type: JsonSchema, resolve: Resolve, depth: number): string {
  if (type.const !== undefined) return JSON.stringify(type.const)
  if (type.enum)
    return type.enum.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' | ')
  switch (type.type) {
    case 'integer':
      return joined('int', range(type))
    case 'number':
      return joined('number', range(type))
    case 'string':
      return joined(type.format ?? 'text', letters(type), type.format ? undefined : pattern(type))
    case 'boolean':
      return 'yes or no'
    case 'array':
      return listText(type, resolve, depth)
    case 'object':
      return typeof type.additionalProperties === 'object'
        ? `fields of ${typeText(type.additionalProperties, resolve, depth - 1)}`
        : 'object'
    default:
      if (type.allOf || type.properties) return 'object'
      return 'anything'
  }
}

function listText(type: JsonSchema, resolve: Resolve, depth: number): string {
  if (type.prefixItems) return `[${type.prefixItems.map((item) => typeText(item, resolve, depth - 1)).join(', ')}]`
  const items = typeof type.items === 'object' ? typeText(type.items, resolve, depth - 1) : 'anything'
  const limits = bounds(type.minItems, type.maxItems)
  return limits === undefined ? `list of ${items}` : `list of ${limits} ${items}`
}

const joined = (...parts: (string | undefined)[]) => parts.filter((part) => part !== undefined).join(' ')

/** The widest integers stand in every schema of an integer and say nothing. */
const told = (limit: number | undefined) =>
  limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER ? limit : undefined

function range(type: JsonSchema): string | undefined {
  const above = told(type.exclusiveMinimum)
  const below = told(type.exclusiveMaximum)
  return (
    joined(
      above === undefined ? undefined : `> ${above}`,
      below === undefined ? undefined : `< ${below}`,
      bounds(told(type.minimum), told(type.maximum)),
      type.multipleOf === undefined ? undefined : `in steps of ${type.multipleOf}`,
    ) || undefined
  )
}

function letters({ minLength, maxLength }: JsonSchema): string | undefined {
  const limits = bounds(minLength, maxLength)
  return limits === undefined ? undefined : `(${limits} ${/^(?:[≥≤] )?1$/.test(limits) ? 'character' : 'characters'})`
}

/** Long patterns explain nothing to a reader. */
const pattern = (type: JsonSchema) =>
  type.pattern !== undefined && type.pattern.length <= 40 ? `/${type.pattern}/` : undefined

function bounds(least: number | undefined, most: number | undefined): string | undefined {
  if (least !== undefined && most !== undefined) return least === most ? `${least}` : `${least}..${most}`
  if (least !== undefined) return `≥ ${least}`
  return most === undefined ? undefined : `≤ ${most}`
}
