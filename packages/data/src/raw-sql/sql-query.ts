import { type Command, command, Defect, type Schema, systemFailure, type Template, template } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity } from '../entity/entity.ts'
import { type FieldType, fieldType } from '../entity/field-type.ts'
import { recordCodec } from '../entity/record-codec.ts'
import { repository } from '../repository/repository.ts'
import { type FieldData, fieldData, fieldFromData } from '../runtime/field-data.ts'
import { BoundValue } from './bound-value.ts'
import { Sql, type SqlPart } from './sql.ts'
import { parseStatement, type Placeholder, type Statement } from './statement.ts'

const fields = z.record(z.string().regex(/^[a-z_]\w*$/i, 'a name has letters, digits and _'), fieldData)

const config = z.object({
  statement: z
    .string()
    .max(20_000)
    .describe('SQL that reads: {shop.Order} stands for the records of an entity, :name for the value of a parameter'),
  parameters: fields.default({}).describe('The types of the parameters: the input of the query'),
  row: fields
    .refine((row) => Object.keys(row).length > 0, 'a row has at least one field')
    .describe('The types of the columns that the statement answers'),
  most: z.int().min(1).max(100_000).default(1000).describe('How many rows it may answer (limit `sql.rows`)'),
  access: z.string().optional().describe('The permission that it asks for, or public; closed without it'),
  summary: z.string().max(200).optional().describe('What it answers, in one line'),
})

/** What a query in SQL is made from, as data. */
export type SqlQueryConfig = z.input<typeof config>

type Fields = Readonly<Record<string, unknown>>

/** A query that was made from data: its types are known when it runs. */
export type SqlQuery = Command<'sql.Query', Fields, { readonly rows: readonly Fields[] }>

/**
 * The template `sql.Query`: a typed query on the app's database, made from a statement in SQL and the types of its
 * parameters and rows, all of it data. Values are bound, never put into the text; only the entities that are listed here can
 * be read, each as the records of the call's tenant; nothing can be written.
 *
 * @throws {Defect} InvalidDefinition, when configured with a statement that names what is not there
 * @example
 * export const sqlQuery = sqlQueries([Flight])
 * export const busyAirports = sqlQuery.configure(
 *   {
 *     statement: 'SELECT origin, count(*) AS flights FROM {flights.Flight} WHERE delay > :delay GROUP BY origin',
 *     parameters: { delay: { type: 'integer', default: 15 } },
 *     row: { origin: { type: 'text' }, flights: { type: 'integer' } },
 *     access: 'flights:read',
 *   },
 *   'flights.BusyAirports',
 * )
 */
export function sqlQueries(entities: readonly AnyEntity[]): Template<typeof config, SqlQuery> {
  const byName = new Map(entities.map((entity) => [entity.name, entity]))
  // With them the entities come into the app.
  const repositories = entities.map((entity) => repository(entity as never))

  return template('sql.Query', {
    summary: 'Ask the database in SQL',
    description: 'A statement, the types of its parameters and those of its rows make a typed query.',
    aliases: ['database query', 'select'],
    tags: ['sql', 'database', 'data'],
    config,
    build({ statement, parameters, row, most, access, summary }) {
      const parsed = parseStatement(statement)
      const [given, answered] = [typesOf(parameters), typesOf(row)]
      const takes = Object.entries(given).map(([name, type]) => fieldType('sql.Query', name, type))
      assertNamed(parsed, takes, byName)
      const codec = recordCodec(takes)
      const Row = z.object(answered)
      return command('sql.Query', {
        kind: 'query',
        summary,
        input: z.object(given) as unknown as Schema<Fields, Fields>,
        output: z.object({ rows: z.array(Row) }) as unknown as Schema<{ readonly rows: readonly Fields[] }>,
        access,
        uses: [Sql, ...repositories],
        async run({ input, ctx }) {
          const values = codec.encode(input)
          const parts = parsed.placeholders.map(({ kind, name }) => {
            if (kind === 'entity') return byName.get(name)!
            const index = takes.findIndex(({ column }) => column.name === name)
            return new BoundValue(values[index]!, takes[index]!.column.kind)
          })
          const texts = Object.assign([...parsed.texts], { raw: parsed.texts })
          const rows = await ctx.use(Sql)(Row as Schema)(texts, ...(parts as readonly SqlPart[]))
          if (rows.length > most) throw systemFailure('LimitReached', { name: 'sql.rows', limit: most })
          return { rows: rows as readonly Fields[] }
        },
      }) as unknown as SqlQuery
    },
  })
}

const typesOf = (data: Readonly<Record<string, FieldData>>): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(data).map(([name, field]) => [name, fieldFromData(name, field, () => undefined)]))

/** Every placeholder has something to stand for, and every parameter a place. */
function assertNamed(
  { placeholders }: Statement,
  takes: readonly FieldType[],
  entities: ReadonlyMap<string, AnyEntity>,
): void {
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: 'sql.Query', reason })
  const namesOf = (wanted: Placeholder['kind']) =>
    placeholders.filter(({ kind }) => kind === wanted).map(({ name }) => name)
  const known = { value: new Set(takes.map(({ column }) => column.name)), entity: new Set(entities.keys()) }
  const lost = placeholders.find(({ kind, name }) => !known[kind].has(name))
  if (lost) {
    const there = [...known[lost.kind]].join(', ') || 'none'
    const what =
      lost.kind === 'value' ? `:${lost.name} is no parameter` : `{${lost.name}} is no entity that it may read`
    throw refuse(`${lost.at}: ${what}; there is ${there}`)
  }
  const used = new Set(namesOf('value'))
  const idle = [...known.value].find((name) => !used.has(name))
  if (idle !== undefined) throw refuse(`its statement has no place for the parameter "${idle}"; write :${idle}`)
}
