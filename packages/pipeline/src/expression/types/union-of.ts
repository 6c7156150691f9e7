import type { ValueType } from './value-type.ts'

/** Whether a value of the type may be null. */
export function mayBeNull(type: ValueType): boolean {
  if (type.nullable === true || type.kind === 'null' || type.kind === 'unknown') return true
  return type.kind === 'union' && type.options.some(mayBeNull)
}

/** The type and null. */
export const orNull = (type: ValueType, isNullable = true): ValueType =>
  !isNullable || type.kind === 'null' || type.kind === 'unknown' || mayBeNull(type) ? type : { ...type, nullable: true }

/** The kinds that a value may be when it is not null, unions laid open. */
export function optionsOf(type: ValueType): readonly ValueType[] {
  if (type.kind === 'null') return []
  if (type.kind === 'union') return type.options.flatMap(optionsOf)
  if (type.nullable !== true) return [type]
  const { nullable: _, ...known } = type
  return [known]
}

/** The type of a value that is of one of the types, as short as it can be said. */
export function unionOf(types: readonly ValueType[]): ValueType {
  const isNullable = types.some(mayBeNull)
  const options = types.flatMap(optionsOf).reduce<readonly ValueType[]>(join, [])
  if (options.some(({ kind }) => kind === 'unknown')) return { kind: 'unknown' }
  const [only, ...others] = options
  if (only === undefined) return isNullable ? { kind: 'null' } : { kind: 'union', options: [] }
  return orNull(others.length === 0 ? only : { kind: 'union', options }, isNullable)
}

/** Adds an option, into one that covers both if there is one. */
function join(options: readonly ValueType[], added: ValueType): readonly ValueType[] {
  for (const [index, option] of options.entries()) {
    const merged = merge(option, added)
    if (merged !== undefined) return [...options.slice(0, index), merged, ...options.slice(index + 1)]
  }
  return [...options, added]
}

function merge(left: ValueType, right: ValueType): ValueType | undefined {
  if (JSON.stringify(left) === JSON.stringify(right)) return left
  if (left.kind === 'string' && right.kind === 'string') {
    if (left.values === undefined || right.values === undefined) return { kind: 'string' }
    return { kind: 'string', values: [...new Set([...left.values, ...right.values])] }
  }
  if (left.kind === 'list' && right.kind === 'list') return { kind: 'list', items: unionOf([left.items, right.items]) }
  const kinds = [left.kind, right.kind]
  return kinds.includes('int') && kinds.includes('number') ? { kind: 'number' } : undefined
}
