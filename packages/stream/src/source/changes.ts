import { Defect, type OpenApp } from '@heddle/core'
import { type AnyEntity, databaseOf } from '@heddle/data'
import { z } from 'zod'
import { rowChanges } from './events/row-changes.ts'
import { defineSource } from './source.ts'

const config = z.strictObject({
  entity: z.string().min(1).describe('An entity with `events: true`'),
  copy: z.boolean().optional().describe('Gives the rows that are there first. @default true'),
})

/** What a source of changes is told. */
export type ChangesSourceConfig = z.output<typeof config>

/**
 * The kind of source `changes`: the records of an entity, and then each change of one: what was is withdrawn, what is comes.
 * Without a gap and without a double between the two.
 */
export const changesSourceKind = defineSource<ChangesSourceConfig>({
  name: 'changes',
  summary: 'The records of an entity of the app, and then their changes',
  config,
  short: 'entity',
  examples: [{ entity: 'flights.Airport' }, { entity: 'shop.Order', copy: false }],
  create: ({ entity, copy = true }) => ({
    kind: 'changes',
    needsApp: true,
    bounded: false,
    guarantees: { replays: true, ordered: true },
    emits: 'changes',
    describe: () => ({ entity, copy }),
    open(host) {
      const { app, job } = host
      if (!app) throw new Defect('MissingPart', { name: job, missing: 'an app' })
      const found = entityIn(app, entity, job)
      if (!found.changes) {
        const reason = `the source of ${job} reads its changes, which it does not tell: add \`events: true\``
        throw new Defect('InvalidDefinition', { name: `entity ${entity}`, reason })
      }
      const database = databaseOf(app.ports, app.name)
      if (copy && database.isShared === true) {
        const reason = `${database.name} numbers events after they are committed, so that rows and changes cannot be joined here: use the source \`postgres\`, or \`copy: false\``
        throw new Defect('InvalidDefinition', { name: `the source of ${job}`, reason })
      }
      const { Inserted, Updated, Deleted } = found.changes
      const names = { inserted: Inserted.name, updated: Updated.name, deleted: Deleted.name }
      return {
        partitions: () => ['0'],
        openPartition: (_partition, position) => rowChanges(found, names, database, host, position, copy),
        close() {},
      }
    },
  }),
})

/** An entity of an open app, by its name. @throws {Defect} MissingPart */
export function entityIn(app: OpenApp, name: string, of: string): AnyEntity {
  const found = app.parts.find((part) => part.kind.name === 'entity' && part.name === name)
  if (found) return found as AnyEntity
  throw new Defect('MissingPart', { name: of, missing: `the entity ${name}` })
}
