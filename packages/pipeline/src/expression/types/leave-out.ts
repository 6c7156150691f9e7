import { Decimal } from '@heddle/types/decimal'
import type { ValueType } from './value-type.ts'

type Change = (value: unknown) => unknown

/**
 * Prepares values for who takes them: where a field may be left out and may not be null, null means that it is left out.
 * An expression cannot leave a field out, because what is missing is null to it.
 *
 * @returns nothing where no field of the type is such a one
 * @example leaveOutNulls(typeOfSchema(z.object({ note: z.string().optional() })))?.({ note: null }) // {}
 */
export function leaveOutNulls(to: ValueType): Change | undefined {
  switch (to.kind) {
    case 'list': {
      const change = leaveOutNulls(to.items)
      return change && ((value) => (Array.isArray(value) ? value.map(change) : value))
    }
    case 'map': {
      const change = leaveOutNulls(to.values)
      return change && ((value) => (isRecord(value) ? mapped(value, (_name, field) => [change(field)]) : value))
    }
    case 'record':
      return inRecord(to.fields)
    case 'union': {
      // Of several containers nobody knows yet which one it will be.
      const [only, ...others] = to.options.filter(isContainer)
      return only && others.length === 0 ? leaveOutNulls(only) : undefined
    }
    default:
      return undefined
  }
}

/** Whether values of a type hold others. */
export const isContainer = ({ kind }: ValueType): boolean => kind === 'list' || kind === 'map' || kind === 'record'

function inRecord(fields: (ValueType & { kind: 'record' })['fields']): Change | undefined {
  const leftOut = new Set<string>()
  const changes = new Map<string, Change>()
  for (const [name, { type, optional }] of Object.entries(fields)) {
    const change = leaveOutNulls(type)
    if (change) changes.set(name, change)
    if (optional === true && type.nullable !== true && type.kind !== 'null' && type.kind !== 'unknown')
      leftOut.add(name)
  }
  if (leftOut.size === 0 && changes.size === 0) return undefined
  const change = (name: string, value: unknown): readonly unknown[] => {
    if (value === null && leftOut.has(name)) return []
    return [changes.get(name)?.(value) ?? value]
  }
  return (value) => {
    if (!isRecord(value)) return value
    const isLeft = [...leftOut].some((name) => value[name] === null)
    return isLeft || changes.size > 0 ? mapped(value, change) : value
  }
}

/** A record with each field changed, or left out where nothing comes back. */
function mapped(
  record: Readonly<Record<string, unknown>>,
  change: (name: string, value: unknown) => readonly unknown[],
): unknown {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => change(name, value).map((field) => [name, field] as const)),
  )
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Decimal)
