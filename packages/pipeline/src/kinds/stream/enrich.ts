import { z } from 'zod'
import { typeOfSchema } from '../../expression/types/type-of-schema.ts'
import { orNull } from '../../expression/types/union-of.ts'
import { expressionText } from '../step-list.ts'
import { fieldName, withField } from './added.ts'
import { streamKind } from './stream-kind.ts'

/** Adds the record of an entity to each record. */
export const enrich = streamKind({
  name: 'enrich',
  summary: 'Adds to each record the record of an entity, null where there is none',
  config: z.strictObject({
    entity: z.string().describe('The full name of an entity'),
    key: expressionText.describe('The key of its record'),
    as: fieldName.describe('The field that it becomes'),
  }),
  examples: [{ entity: 'flights.Airport', key: 'it.origin', as: 'airport' }],
  expressions: ({ key }) => [{ path: ['key'], text: key }],
  job: { value: 'added', adds: ({ as }) => [as], mayPass: true },
  detail: ({ entity, as }) => `${as} from ${entity}`,
  type({ entity, key, as }, typing) {
    const keys = { kind: 'union', options: [{ kind: 'string' }, { kind: 'number' }, { kind: 'int64' }] } as const
    typing.fits(typing.expression(key, ['key']), { ...keys, nullable: true }, ['key'], 'the key')
    const schema = typing.entity(entity, ['entity'])
    return withField(as, schema ? orNull(typeOfSchema(schema)) : { kind: 'unknown' }, typing)
  },
})
