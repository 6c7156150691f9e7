import { alternatives, type JsonSchema, type Resolve } from '../../cli/json-schema.ts'

/** How much of a record is told: with others maybe inside of it, with their keys alone, with others inside of it. */
export type Variant = 'Loaded' | 'Atom' | 'Aggregate'

/** The variant that a record's type is. Where the type does not say it, what stands in it does. */
export function variantOf(record: JsonSchema, resolve: Resolve): Variant {
  if (record['x-variant'] === 'aggregate') return 'Aggregate'
  const { properties = {}, required = [] } = record
  const inner = Object.entries(properties).flatMap(([name, type]) => {
    const { options } = alternatives(type, resolve)
    const items = options.flatMap(({ items: each }) =>
      typeof each === 'object' ? alternatives(each, resolve).options : [],
    )
    const isRecord = [...options, ...items].some((option) => option['x-record'] !== undefined)
    return isRecord ? [{ isSure: options.length === 1 && required.includes(name) }] : []
  })
  if (inner.length === 0) return 'Atom'
  return inner.every(({ isSure }) => isSure) ? 'Aggregate' : 'Loaded'
}

/** The record that a type is, or may be beside nothing; undefined for every other type. */
export function recordIn(schema: JsonSchema, resolve: Resolve): JsonSchema | undefined {
  const { options } = alternatives(schema, resolve)
  return options.length === 1 && options[0]!['x-record'] !== undefined ? options[0] : undefined
}
