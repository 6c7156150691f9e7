/**
 * Is every value of one JSON Schema accepted by another?
 *
 * Both are taken apart into alternatives without choices (`schema-shape.ts`). Each alternative of the first must lie
 * within one alternative of the second, keyword by keyword. Recursion is followed once for each pair of places: a pair
 * met again inside itself is taken for accepted, which is sound because values are finite. Whatever cannot be shown this
 * way counts as refused and is marked as unproven: two patterns, for example, are only compared for equality.
 */
import type { Json } from '../manifest/json.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { admits } from './admits.ts'
import type { CompareOptions, Comparing } from './comparing.ts'
import { compareElements, compareFields } from './compare-containers.ts'
import { compareScalars, type RefusalSink } from './compare-scalars.ts'
import type { SchemaRefusal } from './refusal.ts'
import { type Conjunction, alternativesOf, followed, isOfType, type Root, type Shape } from './schema-shape.ts'
import { nameOf, namesOf } from './shape-name.ts'

/** How many pairs of places one comparison looks at. */
export const comparisonLimit = 20_000

/**
 * Finds the places at which a value of the one schema could be refused by the other; none when every value is accepted.
 *
 * @param given what values are made by
 * @param wanted what they are read by
 */
export function findRefusals(given: JsonSchema, wanted: JsonSchema, options: CompareOptions = {}): SchemaRefusal[] {
  const ids = new Map<JsonSchema, number>()
  const idOf = (schema: JsonSchema, root: Root) => {
    const target = followed(schema, root)
    if (!ids.has(target)) ids.set(target, ids.size)
    return ids.get(target)
  }
  const open = new Set<string>()
  let left = comparisonLimit

  const comparing: Comparing = {
    ...options,
    given: { definitions: (given.$defs ?? {}) as Record<string, JsonSchema> },
    wanted: { definitions: (wanted.$defs ?? {}) as Record<string, JsonSchema> },
    compare(a, b, path) {
      const idsOf = (schemas: Conjunction, root: Root) => schemas.map((schema) => idOf(schema, root)).join()
      const pair = `${idsOf(a, comparing.given)}|${idsOf(b, comparing.wanted)}`
      if (open.has(pair)) return []
      if (left-- <= 0) return [{ path, what: 'type', from: 'as it was', to: 'too large to compare', isProven: false }]
      open.add(pair)
      const refusals = compareAlternatives(a, b, path, comparing)
      open.delete(pair)
      return refusals
    },
  }
  return comparing.compare([given], [wanted], [])
}

function compareAlternatives(
  a: Conjunction,
  b: Conjunction,
  path: readonly string[],
  comparing: Comparing,
): SchemaRefusal[] {
  const given = alternativesOf(a, comparing.given)
  const wanted = alternativesOf(b, comparing.wanted)
  if (!given || !wanted)
    return [{ path, what: 'alternatives', from: 'as they were', to: 'too many to compare', isProven: false }]
  const refusals = given.flatMap((shape) => compareShape(shape, wanted, path, comparing))
  // A place of several types is told with all of them, and once.
  const type = refusals.find(({ what, path: at }) => what === 'type' && at === path)
  if (!type) return refusals
  return [{ ...type, from: namesOf(given) }, ...refusals.filter(({ what, path: at }) => what !== 'type' || at !== path)]
}

/** One alternative of the given against all of the wanted. */
function compareShape(
  given: Shape,
  wanted: readonly Shape[],
  path: readonly string[],
  comparing: Comparing,
): SchemaRefusal[] {
  const values = given.values ?? listed(given, wanted)
  if (values) {
    const missing = values.filter((value) => !wanted.some((shape) => admits(shape, value)))
    if (missing.length === 0) return []
    const isListed = wanted.some((shape) => shape.values || values.some((value) => isOfType(value, shape.type ?? '')))
    if (isListed) return [{ path, what: 'value', from: nameOf({ values: missing }), to: 'none', isProven: true }]
    return [{ path, what: 'type', from: nameOf(given), to: namesOf(wanted), isProven: true }]
  }
  const similar = wanted.filter((shape) => shape.type === undefined || isWithin(given.type, shape.type))
  if (similar.length === 0) {
    return [{ path, what: 'type', from: nameOf(given), to: namesOf(wanted), isProven: true }]
  }
  let nearest: SchemaRefusal[] | undefined
  for (const shape of similar) {
    const refusals = compareOne(given, shape, path, comparing)
    if (refusals.length === 0) return []
    if (!nearest || refusals.length < nearest.length) nearest = refusals
  }
  return nearest!
}

/** The few values of a type, where the wanted lists values instead of naming the type. */
function listed({ type }: Shape, wanted: readonly Shape[]): readonly Json[] | undefined {
  if (wanted.some((shape) => shape.type === type || (shape.type === undefined && !shape.values))) return undefined
  if (!wanted.some((shape) => shape.values)) return undefined
  return type === 'boolean' ? [false, true] : type === 'null' ? [null] : undefined
}

const isWithin = (given: string | undefined, wanted: string) =>
  given === wanted || (given === 'integer' && wanted === 'number')

function compareOne(given: Shape, wanted: Shape, path: readonly string[], comparing: Comparing): SchemaRefusal[] {
  const refusals: SchemaRefusal[] = []
  const report: RefusalSink = (what, from, to, isProven = true) => refusals.push({ path, what, from, to, isProven })
  if (wanted.values) report('value', 'any', wanted.values.map((value) => JSON.stringify(value)).join(' or '))
  compareScalars(given, wanted, report)
  if (given.type === undefined || given.type === 'object')
    refusals.push(...compareFields(given, wanted, path, comparing))
  if (given.type === undefined || given.type === 'array')
    refusals.push(...compareElements(given, wanted, path, comparing))
  for (const [keyword, text] of wanted.opaque) {
    if (given.opaque.get(keyword) !== text) report(keyword, given.opaque.get(keyword) ?? 'none', text, false)
  }
  return refusals
}
