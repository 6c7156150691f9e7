import type { Json } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity } from './entity.ts'

/** An entity's section of the manifest: what surfaces show, and what `heddle check` compares. */
export function describeEntity({ summary, table, fields, fieldTypes, renamedFrom, renamedFields }: AnyEntity): Json {
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
    ...(renamedFrom !== undefined && { renamedFrom }),
    ...(Object.keys(renamedFields).length > 0 && { renamedFields }),
  }
}
