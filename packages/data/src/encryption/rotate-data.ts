import { command, type Port } from '@heddle/core'
import { z } from 'zod'
import type { Key, Table } from '../database/table.ts'
import { secretEventTable, secretStreamEventTable } from '../events/event-tables.ts'
import { SecretSnapshotRecord } from '../events/records.ts'
import { WholeCallRecord } from '../history/call-record.ts'
import { SecretAnswerRecord, systemTenant, WholeDeadLetterRecord } from '../system/entities.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { encryptedColumns } from './encrypted-columns.ts'
import type { EncryptedDatabase } from './encrypted-database.ts'
import { type RotatedPage, rotationOf } from './rotation.ts'

/** Tables of the system in which something may be encrypted. */
const systemTables: readonly Table[] = [
  secretEventTable,
  secretStreamEventTable,
  SecretSnapshotRecord.table,
  SecretAnswerRecord.table,
  WholeDeadLetterRecord.table,
  WholeCallRecord.table,
]

const eventTables: ReadonlySet<Table> = new Set([secretEventTable, secretStreamEventTable])

interface RotatingTables {
  /** Every table with encrypted columns, in the order of their names. */
  readonly tables: readonly Table[]
  page(table: Table, after: Key | undefined): Promise<RotatedPage>
  /** Id of the current key. */
  readonly key: string
}

const Rotating: Port<RotatingTables> = {
  kind: 'port',
  name: 'heddle.Rotation',
  external: false,
  bind(scope) {
    const { database, catalog, tenant } = dataUnit(scope, 'heddle.Rotation')
    const ofApp = [...catalog.all()].map(({ table }) => table).filter((table) => encryptedColumns(table).length > 0)
    const rotation = (database as EncryptedDatabase)[rotationOf]
    return {
      key: rotation.key(),
      tables: [...systemTables, ...ofApp].sort((left, right) => (left.name < right.name ? -1 : 1)),
      // Events are rows of the system, whosever they are. In the system's tables only some values are encrypted at all.
      page: (table, after) =>
        rotation.page(table, eventTables.has(table) ? systemTenant : tenant, after, !systemTables.includes(table)),
    }
  },
}

/**
 * Encrypts with the current key whatever a tenant has that was encrypted with an older one, or not at all. It writes as it
 * goes, so a call that was interrupted is simply made again. Afterwards the old keys can go once no process writes
 * with them.
 */
export const rotateData = command('heddle.RotateData', {
  summary: 'Encrypt the data of a tenant anew with the current key',
  idempotent: true,
  input: z.object({}),
  output: z.object({
    key: z.string().describe('Id of the current key'),
    tables: z.array(z.object({ table: z.string(), looked: z.int(), changed: z.int() })),
  }),
  access: 'heddle:operate',
  uses: [Rotating],
  async run({ ctx }) {
    const { tables, page, key } = ctx.use(Rotating)
    const done: { table: string; looked: number; changed: number }[] = []
    for (const table of tables) {
      let [looked, changed] = [0, 0]
      for (let after: Key | undefined; ;) {
        ctx.signal.throwIfAborted()
        const rotated = await page(table, after)
        looked += rotated.looked
        changed += rotated.changed
        ctx.progress({ done: done.length, total: tables.length, message: `${table.name}: ${looked} looked at` })
        after = rotated.next
        if (after === undefined) break
      }
      done.push({ table: table.name, looked, changed })
    }
    return { key, tables: done }
  },
})
