import { Defect } from '@heddle/core'
import { type AnyEntity, autocrud, databaseOf, type Entity } from '@heddle/data'
import { z } from 'zod'
import type { Brought } from '../source/brought.ts'
import { defineSink } from './sink.ts'
import { rowEntity } from './table/row-entity.ts'
import { chooseKey } from './table/choose-key.ts'
import type { RowKey } from './table/row-key.ts'
import { rowsAside } from './table/rows-aside.ts'
import { tableRows } from './table/table-rows.ts'

const config = z.strictObject({
  name: z
    .string()
    .regex(/^(?:[\w-]+\.)*[A-Za-z]\w*$/)
    .describe('The entity that holds the rows, in the domain of the job: `delays` becomes `flights.Delays`'),
  key: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('The fields by which a record replaces an older one. @default what the step before groups by'),
  queries: z.boolean().optional().describe('Whether the app gets queries to get, find and count rows. @default true'),
})

/** What a table sink is told. */
export type TableSinkConfig = z.output<typeof config>

/**
 * The kind of sink `table`: rows in the app's own database, written in the unit of work that holds the checkpoint: exactly
 * once. A record replaces the one with its key, one that is withdrawn takes it away. The table is an entity that the job
 * brings; it is migrated and read as any other.
 */
export const tableSinkKind = defineSink<TableSinkConfig>({
  name: 'table',
  summary: "Rows in the app's own database, in the transaction of the checkpoint",
  config,
  short: 'name',
  examples: [{ name: 'delays' }, { name: 'flights.DailyDelays', key: ['origin', 'start'] }],
  create(given, type, input) {
    const key = chooseKey(`the table ${given.name}`, given.key, type, input)
    const entities = new Map<string, AnyEntity>()
    const entityOf = (job: string): AnyEntity => {
      const name = entityName(given.name, job)
      const made = entities.get(name) ?? rowEntity(name, type, key)
      entities.set(name, made)
      return made
    }
    let brought: (Brought & { readonly job: string }) | undefined
    return {
      kind: 'table',
      needsApp: true,
      delivery: 'unit',
      accepts: 'changes',
      describe: () => ({ name: given.name, rows: rowsText(key) }),
      brings({ job, access }) {
        if (brought?.job === job) return brought
        const entity = entityOf(job) as Entity<unknown, unknown, unknown, unknown>
        const only = ['get', 'find', 'count'] as const
        // The name of a table is a plural more often than not.
        const noun = entity.name.slice(entity.name.lastIndexOf('.') + 1)
        const names = noun.endsWith('s') ? { plural: noun } : {}
        const commands = given.queries === false ? [] : Object.values(autocrud(entity, { access, only, ...names }))
        return (brought = { job, parts: [entity], commands })
      },
      open(host) {
        if (!host.app) throw new Defect('MissingPart', { name: `the table ${given.name}`, missing: 'an app' })
        return tableRows(entityOf(host.job), key, databaseOf(host.app.ports, host.app.name), host)
      },
      aside({ app, job, tenant = 'main' }, rows) {
        if (!app) throw new Defect('MissingPart', { name: `the table ${given.name}`, missing: 'an app' })
        return rowsAside(entityOf(job), key, () => databaseOf(app.ports, app.name), tenant, rows)
      },
    }
  },
})

/** `delays` of the job `flights.Delays` is `flights.Delays`; a full name stays what it is. */
function entityName(name: string, job: string): string {
  if (name.includes('.')) return name
  return `${job.slice(0, job.lastIndexOf('.') + 1)}${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

const rowsText = (key: RowKey): string => {
  if (key.by === 'record') return 'one for each record'
  if (key.by === 'key') return 'one for each key of the stream, and each window'
  return `one for each ${key.by === 'field' ? key.field : key.fields.join(', ')}`
}
