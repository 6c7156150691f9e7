import { isContainer } from './leave-out.ts'
import { nearest } from './nearest.ts'
import { typeText } from './type-text.ts'
import { mayBeNull, optionsOf } from './union-of.ts'
import type { RecordType, ValueType } from './value-type.ts'

/** A place where a value does not fit where it goes. */
export interface Mismatch {
  /** Fields from the outside in; `#` is every element of a list, or every value of a map. */
  readonly path: readonly string[]
  /** A sentence without the place. */
  readonly message: string
  readonly expected: string
  readonly found: string
  readonly suggestion?: string
}

/** How much is asked of what goes somewhere. */
export interface FitOptions {
  /** Fields that nobody takes are mismatches: right for what somebody wrote down for this one reader. @default false */
  readonly exact?: boolean
}

/**
 * Where values of one type do not fit another: nothing if every one does. What is unknown fits anywhere, because whoever
 * takes it looks at it again. Null fits an optional field, where it means that the field is left out.
 *
 * @example mismatches({ kind: 'number' }, { kind: 'int' })[0]?.message // 'Expected whole number, found number'
 */
export function mismatches(from: ValueType, to: ValueType, { exact = false }: FitOptions = {}): readonly Mismatch[] {
  return between(from, to, [], { exact, leavesOut: true })
}

function between(from: ValueType, to: ValueType, path: Path, how: How): readonly Mismatch[] {
  if (from.kind === 'unknown' || to.kind === 'unknown') return []
  const wanted = optionsOf(to)
  const found = optionsOf(from)
  if (mayBeNull(from) && !mayBeNull(to)) return [mismatch(path, from, to, nullHint(from))]
  const [only] = wanted
  const inside = { ...how, leavesOut: how.leavesOut && wanted.filter(isContainer).length === 1 }
  return found.flatMap((option) => {
    if (wanted.some((target) => within(option, target, [], inside).length === 0)) return []
    if (wanted.length === 1 && only !== undefined && option.kind === only.kind)
      return within(option, only, path, inside)
    // Of several records the one is meant that is told apart by the same fields, which only the reader can know.
    return [mismatch(path, option, to)]
  })
}

type Path = readonly string[]

interface How {
  readonly exact: boolean
  /** Whether it is known which record a null is left out of: not among several of a union. */
  readonly leavesOut: boolean
}

/** The same for two types of which neither is a union or may be null. */
function within(from: ValueType, to: ValueType, path: Path, how: How): readonly Mismatch[] {
  if (from.kind === 'unknown' || to.kind === 'unknown') return []
  if (from.kind === 'record' && to.kind === 'record') return fieldMismatches(from, to, path, how)
  if (from.kind === 'list' && to.kind === 'list') return between(from.items, to.items, [...path, '#'], how)
  if (to.kind === 'map') {
    if (from.kind === 'map') return between(from.values, to.values, [...path, '#'], how)
    if (from.kind === 'record') {
      return Object.entries(from.fields).flatMap(([name, { type }]) => between(type, to.values, [...path, name], how))
    }
  }
  if (from.kind === 'string' && to.kind === 'string') return textMismatches(from.values, to.values, path, from, to)
  const isNumber = to.kind === 'number' && (from.kind === 'int' || from.kind === 'duration')
  if (from.kind === to.kind || isNumber) return []
  // Numbers become decimals where somebody says so.
  const isAsked = to.kind === 'decimal' && ['int', 'int64', 'number', 'string'].includes(from.kind)
  return [mismatch(path, from, to, isAsked ? 'decimal(…)' : undefined)]
}

function fieldMismatches(from: RecordType, to: RecordType, path: Path, how: How): readonly Mismatch[] {
  const found: Mismatch[] = []
  const given = Object.keys(from.fields)
  for (const [name, { type, optional }] of Object.entries(to.fields)) {
    const own = from.fields[name]
    const place = [...path, name]
    if (own === undefined) {
      if (optional === true || from.open === true) continue
      const meant = nearest(
        name,
        given.filter((other) => to.fields[other] === undefined),
      )
      found.push({
        path: place,
        message: `The field "${name}" is missing${meant === undefined ? '' : `; is it "${meant}"?`}`,
        expected: typeText(type),
        found: 'nothing',
        ...(meant !== undefined && { suggestion: meant }),
      })
    } else if (own.optional === true && optional !== true && type.kind !== 'unknown') {
      found.push({
        ...mismatch(place, own.type, type, nullHint(own.type)),
        message: `The field "${name}" may be missing`,
      })
    } else {
      const taken: ValueType = optional === true && how.leavesOut ? { ...type, nullable: true } : type
      found.push(...between(own.type, taken, place, how))
    }
  }
  if (to.closed === true || (how.exact && to.open !== true)) {
    const names = Object.keys(to.fields)
    for (const name of given.filter((field) => to.fields[field] === undefined)) {
      const meant = nearest(name, names)
      found.push({
        path: [...path, name],
        message: `There is no field "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
        expected: typeText({ kind: 'record', fields: to.fields }),
        found: name,
        ...(meant !== undefined && { suggestion: meant }),
      })
    }
  }
  return found
}

function textMismatches(
  values: readonly string[] | undefined,
  allowed: readonly string[] | undefined,
  path: Path,
  from: ValueType,
  to: ValueType,
): readonly Mismatch[] {
  if (allowed === undefined) return []
  if (values === undefined) return [mismatch(path, from, to)]
  return values
    .filter((value) => !allowed.includes(value))
    .map((value) => {
      const suggestion = nearest(value, allowed)
      return mismatch(path, { kind: 'string', values: [value] }, to, suggestion)
    })
}

/** How a value that may be null is made to fit. */
const nullHint = (from: ValueType): string | undefined =>
  optionsOf(from).length === 0 ? undefined : 'coalesce(…, a value for null)'

function mismatch(path: Path, from: ValueType, to: ValueType, suggestion?: string): Mismatch {
  const [expected, found] = [typeText(to), typeText(from)]
  return {
    path,
    message: `Expected ${expected}, found ${found}`,
    expected,
    found,
    ...(suggestion !== undefined && { suggestion }),
  }
}
