import type { Json } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity } from './entity.ts'

/** An entity's section of the manifest: what surfaces show, and what `heddle check` compares. */
export function describeEntity(entity: AnyEntity): Json {
  const { summary, table, fields, fieldTypes, derived, renamedFrom, renamedFields } = entity
  const described: Record<string, Json> = {}
  for (const { column, hasDefault } of fieldTypes) {
    const schema = z.toJSONSchema(fields[column.name] as unknown as z.ZodType, { io: 'output', unrepresentable: 'any' })
    delete schema.$schema
    described[column.name] = {
      kind: column.kind,
      optional: column.nullable,
      ...(hasDefault && { hasDefault }),
      schema: JSON.parse(JSON.stringify(schema)) as Json,
    }
  }
  return {
    ...(summary !== undefined && { summary }),
    key: table.key,
    fields: described,
    indexes: table.indexes.map(({ columns, unique }) => ({ fields: columns, unique })),
    ...describeRules(entity),
    ...(derived && { derived }),
    ...(renamedFrom !== undefined && { renamedFrom }),
    ...(Object.keys(renamedFields).length > 0 && { renamedFields }),
  }
}

/** What is more than columns: references, rules, hooks and switches, where there are any. */
function describeRules({ references, checks, hooks, switches }: AnyEntity): { [name: string]: Json } {
  const on = Object.entries(switches).filter(([, value]) => value === true)
  return {
    ...(references.length > 0 && {
      references: Object.fromEntries(
        references.map(({ field, target, onDelete }) => [field, { entity: target.name, onDelete }]),
      ),
    }),
    ...(checks.length > 0 && { checks: checks.map(({ name }) => name) }),
    ...(hooks && { hooks: Object.keys(hooks) }),
    ...(on.length > 0 && { switches: on.map(([name]) => name) }),
  }
}
