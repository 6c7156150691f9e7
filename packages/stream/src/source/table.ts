import { Defect, type Json } from '@heddle/core'
import { databaseOf, type Value } from '@heddle/data'
import { z } from 'zod'
import { entityIn } from './changes.ts'
import { durationText, readDuration } from './settings.ts'
import { defineSource, type PartitionReader, type SourceHost } from './source.ts'
import { rawQuery } from './table/raw-query.ts'
import { entityRows, queriedRows, type ReadRows } from './table/row-pages.ts'
import { Waiting } from './waiting.ts'

const config = z
  .strictObject({
    entity: z.string().optional().describe('An entity of the app, whose records are read'),
    sql: z
      .string()
      .optional()
      .describe('Instead: a query that gives what stands behind `:after`, in the order of `by`, at most `:limit` rows'),
    by: z
      .string()
      .optional()
      .describe(
        'A column that only grows with new rows; where values are equal, the key has to grow; of a query, one without equal values. @default the key of the entity',
      ),
    start: z.union([z.string(), z.number()]).optional().describe('SQL: `:after` of the first question. @default 0'),
    parameters: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .optional()
      .describe('SQL: values that are bound, by their names'),
    every: durationText.optional().describe('How often it is looked for new rows. @default once, and the source ends'),
  })
  .refine(({ entity, sql }) => (entity === undefined) !== (sql === undefined), 'Say either `entity` or `sql`')
  .refine(({ sql, by }) => sql === undefined || by !== undefined, {
    message: 'Say by which column the rows of the query are ordered',
    path: ['by'],
  })

/** What a table source is told. */
export type TableSourceConfig = z.output<typeof config>

/**
 * The kind of source `table`: rows of the app's database in the order of a column, and those that come behind them. A row is
 * given once, as it is then; what is changed later is told by the source `changes`. A row that gets a smaller value than one
 * that was read is not seen, and where the values are equal, one that has a smaller key.
 */
export const tableSourceKind = defineSource<TableSourceConfig>({
  name: 'table',
  summary: "Rows of the app's database in the order of a growing column, by entity or SQL",
  config,
  short: 'entity',
  examples: [
    { entity: 'flights.Flight', by: 'number', every: '1s' },
    {
      sql: 'SELECT number, origin FROM {flights.Flight} WHERE number > :after AND delay > :least ORDER BY number LIMIT :limit',
      by: 'number',
      parameters: { least: 15 },
    },
  ],
  create(given) {
    const { entity, sql, by, every, start = 0 } = given
    return {
      kind: 'table',
      needsApp: true,
      bounded: every === undefined,
      ...(every !== undefined && { everyMs: readDuration(every)! }),
      guarantees: { replays: true, ordered: true },
      how: ['every'],
      describe: () => ({
        ...(entity === undefined ? { sql: sql! } : { entity }),
        ...(by !== undefined && { by }),
        ...(every !== undefined && { every }),
      }),
      open(host) {
        const { app, job, tenant = 'main' } = host
        if (!app) throw new Defect('MissingPart', { name: job, missing: 'an app with a database' })
        const database = databaseOf(app.ports, app.name)
        const read = (): ReadRows => {
          if (entity !== undefined) {
            const found = entityIn(app, entity, job)
            const column = by ?? found.table.key
            if (found.table.columns.some(({ name }) => name === column)) {
              const isOnly = ({ columns, unique }: (typeof found.table.indexes)[number]) =>
                unique && columns.length === 1 && columns[0] === column
              if (every !== undefined && column !== found.table.key && !found.table.indexes.some(isOnly)) {
                host.ports.log.write('info', equalValues(column, found.table.key), { job })
              }
              return entityRows(found, column, database, tenant)
            }
            const reason = `there is no field "${column}" in ${entity}`
            throw new Defect('InvalidDefinition', { name: `the source of ${job}`, reason })
          }
          const ask = async (after: Json | undefined, limit: number) => {
            const values = { ...given.parameters, after: (after ?? start) as Value, limit }
            return database.query(tenant, rawQuery(sql!, values, app, job))
          }
          rawQuery(sql!, { ...given.parameters, after: 0, limit: 1 }, app, job)
          return queriedRows(ask, by!, host)
        }
        const rows = read()
        return {
          partitions: () => ['0'],
          openPartition: (_partition, position) => rowReader(rows, readDuration(every), host, position),
          close() {},
        }
      },
    }
  },
})

const equalValues = (by: string, key: string): string =>
  `the source reads rows by "${by}", which is not unique: of rows with the same value, one that comes later with a smaller "${key}" is not read`

/** So many rows are read at a time. */
const pageLimit = 1000

function rowReader(
  rows: ReadRows,
  everyMs: number | undefined,
  { ports, signal }: SourceHost,
  position: Json | undefined,
): PartitionReader {
  const waiting = new Waiting(signal)
  let after = position as readonly Json[] | undefined
  return {
    async read(max) {
      while (!waiting.isOver) {
        const page = await rows(after, Math.min(max, pageLimit))
        if (page.last) {
          after = page.last
          const { values, unread } = page
          return { values, ...(unread && { unread }), position: after }
        }
        if (everyMs === undefined) return undefined
        const cancel = ports.timers.after(everyMs, waiting.wake)
        await waiting.wait()
        cancel()
      }
      return undefined
    },
    close: () => waiting.end(),
  }
}
