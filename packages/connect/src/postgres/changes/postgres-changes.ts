import type { ValueType } from '@heddle/pipeline'
import { defineSource, type OpenSource, type Source, type SourceHost } from '@heddle/stream'
import type { z } from 'zod'
import { addressPlace, describeAddress, readAddress } from '../address.ts'
import { checkedReader } from '../checked.ts'
import { closeClient, openClient } from '../client.ts'
import { quoteName } from '../quote.ts'
import { changesPosition } from './position.ts'
import { ChangesReader } from './reader.ts'
import { type ChangesConfig, changesConfig } from './settings.ts'
import { dropSlot, whenFree } from './slot.ts'
import { slotName } from './slot-name.ts'

/** Which tables of a database are read, and how. */
export type PostgresChangesOptions = z.input<typeof changesConfig>

const row: ValueType = { kind: 'map', values: { kind: 'unknown' } }
/** What is known of a change; what the columns hold is for the plan to say. */
const changeType: ValueType = {
  kind: 'record',
  fields: {
    table: { type: { kind: 'string' } },
    kind: { type: { kind: 'string', values: ['insert', 'update', 'delete', 'truncate'] } },
    before: { type: row, optional: true },
    after: { type: row, optional: true },
    unchanged: { type: { kind: 'list', items: { kind: 'string' } }, optional: true },
    lsn: { type: { kind: 'string', nullable: true } },
    committedAt: { type: { kind: 'string', nullable: true } },
  },
}

/** The one lane of the source: transactions in the order in which they were committed. */
const partition = 'changes'

/**
 * The changes of tables of PostgreSQL (14 or newer): first the rows that are there, then what becomes of them, as the log of
 * the server tells it, without a gap and without a double. It needs `wal_level = logical`, a user who may replicate, and
 * tables with a primary key. Give it as a source of a job; `postgres: { … }` is the same in a plan.
 *
 * @throws {Failure} ChangesRefused, ChangesLost and SlotInUse while it is read
 * @example
 * postgresChanges({ url: { env: 'SHOP_DATABASE' }, tables: ['orders', 'customers'] })
 */
export function postgresChanges(options: PostgresChangesOptions): Source {
  return sourceOf(changesConfig.parse(options))
}

/** `postgres` as a kind of source in plans. */
export const postgresChangesKind = defineSource<ChangesConfig>({
  name: 'postgres',
  summary: 'The rows of tables of PostgreSQL, and every change of them as it is committed',
  config: changesConfig as z.ZodType<ChangesConfig>,
  examples: [
    { url: { env: 'SHOP_DATABASE' }, tables: ['orders', 'sales.customers'] },
    { url: { env: 'SHOP_DATABASE' }, tables: ['orders'], as: 'changes' },
  ],
  create: (config) => sourceOf(config),
})

function sourceOf(config: ChangesConfig): Source {
  const { as, tables, copy } = config
  return {
    kind: 'postgres',
    guarantees: { replays: true, ordered: true },
    bounded: false,
    type: as === 'events' ? changeType : row,
    ...(tables.length === 1 && { key: { kind: 'unknown' } as const }),
    ...(as === 'changes' && { emits: 'changes' as const }),
    how: ['copy'],
    identity: (environment) => addressPlace(config.url, environment),
    describe: () => ({ database: describeAddress(config.url), tables, as, copy }),
    open: (host) => openChanges(config, host),
  }
}

function openChanges(config: ChangesConfig, host: SourceHost): OpenSource {
  const { clock, timers, log } = host.ports
  const url = readAddress(config.url)
  const where = describeAddress(url)
  const slot = config.slot ?? slotName(host.job, host.name, url)
  const publication = config.publication ?? slot
  const readers = new Set<ChangesReader>()
  return {
    partitions: () => [partition],
    openPartition(_, position) {
      const options = { config, url, where, slot, publication, clock, timers, log, signal: host.signal }
      const at = position === undefined || position === null ? undefined : changesPosition.parse(position)
      const reader = new ChangesReader(options, at)
      readers.add(reader)
      const isChecked = host.schema !== undefined && host.decode !== 'whole'
      return isChecked ? checkedReader(reader, host.schema, describeTables(config, where)) : reader
    },
    async forget() {
      for (const reader of readers) await reader.close()
      const client = await openClient({ url, where, application: `heddle ${slot}` })
      try {
        await whenFree(timers, slot, where, undefined, () => dropSlot(client, slot))
        if (config.publication === undefined) await client.query(`DROP PUBLICATION IF EXISTS ${quoteName(publication)}`)
      } finally {
        await closeClient(client)
      }
    },
    async close() {
      for (const reader of readers) await reader.close()
    },
  }
}

const describeTables = ({ tables }: ChangesConfig, where: string): string => `${where} ${tables.join(', ')}`
