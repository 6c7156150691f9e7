import type { JsonSchema } from '../schema/json-schema.ts'
import { anyIndex } from '../error/key.ts'
import type { Comparing } from './comparing.ts'
import type { SchemaRefusal } from './refusal.ts'
import type { Conjunction, Shape } from './schema-shape.ts'

type Path = readonly string[]

/** The fields of objects. */
export function compareFields(given: Shape, wanted: Shape, path: Path, comparing: Comparing): SchemaRefusal[] {
  const refusals: SchemaRefusal[] = []
  const report = (field: string, from: string, to: string) =>
    refusals.push({ path: [...path, field], what: 'field', from, to, isProven: true })

  for (const field of new Set([...knownFields(given), ...knownFields(wanted)])) {
    const from = fieldOf(given, field)
    const to = fieldOf(wanted, field, comparing.ignoresUnknownFields)
    if (from === 'none') continue
    if (to === 'none') report(field, stateOf(given, field), 'unknown')
    else refusals.push(...comparing.compare(from, to, [...path, field]))
  }
  for (const field of wanted.required) if (!given.required.has(field)) report(field, stateOf(given, field), 'required')

  refusals.push(...compareNames(given, wanted, path, comparing))

  const others = othersOf(given)
  const accepted = othersOf(wanted, comparing.ignoresUnknownFields)
  if (others === 'none') return refusals
  if (accepted === 'none') report(anyIndex, 'any field', 'only known fields')
  else refusals.push(...comparing.compare(others, accepted, [...path, anyIndex]))
  return refusals
}

/** What the keys of a record look like. */
function compareNames(given: Shape, wanted: Shape, path: Path, comparing: Comparing): SchemaRefusal[] {
  if (wanted.names.length === 0) return []
  const named = knownFields(given).map((field): Conjunction => [{ const: field }])
  const others = othersOf(given) === 'none' ? [] : [given.names.length > 0 ? given.names : anyName]
  return [...named, ...others].flatMap((names) =>
    comparing
      .compare(names, wanted.names, [...path, anyIndex])
      .map((refusal) => ({ ...refusal, what: `key: ${refusal.what}` })),
  )
}

const anyName: Conjunction = [{ type: 'string' }]

const knownFields = ({ fields }: Shape) => fields.flatMap(({ properties }) => Object.keys(properties))

/** Everything that is said of a field; `none`: there is no such field. */
function fieldOf({ fields }: Shape, field: string, isTolerant = false): Conjunction | 'none' {
  const found: JsonSchema[] = []
  for (const { properties, others } of fields) {
    const rule = Object.hasOwn(properties, field) ? properties[field]! : others
    if (rule !== false) found.push(rule)
    else if (!isTolerant) return 'none'
  }
  return found
}

/** What is said of the fields that have no name in the schema. */
function othersOf({ fields }: Shape, isTolerant = false): Conjunction | 'none' {
  const found: JsonSchema[] = []
  for (const { others } of fields) {
    if (others !== false) found.push(others)
    else if (!isTolerant) return 'none'
  }
  return found
}

function stateOf(shape: Shape, field: string): string {
  if (shape.required.has(field)) return 'required'
  return knownFields(shape).includes(field) ? 'optional' : 'unknown'
}

/** The elements of lists. */
export function compareElements(given: Shape, wanted: Shape, path: Path, comparing: Comparing): SchemaRefusal[] {
  const refusals: SchemaRefusal[] = []
  const most = lengthLimit(given)
  const ahead = Math.max(0, ...[...given.elements, ...wanted.elements].map(({ first }) => first.length))
  for (let index = 0; index <= ahead && index < most; index++) {
    const isRest = index === ahead
    const from = elementAt(given, index)
    const to = elementAt(wanted, index)
    const place = [...path, isRest ? anyIndex : String(index)]
    if (from === 'none') break
    if (to === 'none') refusals.push({ path: place, what: 'element', from: 'allowed', to: 'unknown', isProven: true })
    else refusals.push(...comparing.compare(from, to, place))
  }
  return refusals
}

function elementAt({ elements }: Shape, index: number): Conjunction | 'none' {
  const found: JsonSchema[] = []
  for (const { first, others } of elements) {
    const rule = first[index] ?? others
    if (rule === false) return 'none'
    found.push(rule)
  }
  return found
}

/** Above this length there is no list. */
const lengthLimit = ({ range, elements }: Shape) =>
  Math.min(
    range.maxItems === undefined ? Infinity : Number(range.maxItems),
    ...elements.map(({ first, others }) => (others === false ? first.length : Infinity)),
  )
