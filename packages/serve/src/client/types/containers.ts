import type { JsonSchema } from '../../cli/json-schema.ts'

/** What a list in JSON stands for, where it is more than a list. */
export type Container = 'set' | 'map'

/** What a list stands for, by how core describes sets and maps; undefined for every other type. */
export function containerOf(schema: JsonSchema): Container | undefined {
  const { type, uniqueItems, items } = schema
  if (type !== 'array') return undefined
  if (uniqueItems) return 'set'
  return schema['x-map'] && typeof items === 'object' && items.prefixItems?.length === 2 ? 'map' : undefined
}
