import type { AnyEntity } from '../entity/entity.ts'
import type { Fill } from './change.ts'
import type { Target } from './diff.ts'

/** An entity as tables are compared with it. */
export function entityTarget({
  table,
  derived,
  renamedFrom,
  renamedFields,
  fields,
  fieldTypes,
  codec,
}: AnyEntity): Target {
  return {
    table,
    derived,
    renamedFrom,
    renamedFields,
    defaultOf(name): Fill | undefined {
      if (!fieldTypes.find(({ column }) => column.name === name)?.hasDefault) return undefined
      const type = fields[name] as unknown as { parse(value: undefined): unknown }
      const value = codec.encodeField(name, type.parse(undefined))
      return { value: typeof value === 'bigint' ? value.toString() : value }
    },
  }
}
