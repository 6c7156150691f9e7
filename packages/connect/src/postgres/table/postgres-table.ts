import type { ValueType } from '@heddle/pipeline'
import { defineSink, type Key, leavesOutWindow, type Sink, type SinkInput, type SinkRecord } from '@heddle/stream'
import type { z } from 'zod'
import { addressPlace, describeAddress } from '../address.ts'
import { openTable } from './open-table.ts'
import { keyFields, type TableConfig, tableConfig } from './settings.ts'

/** Which table records are written to, and how. */
export type PostgresTableOptions = z.input<typeof tableConfig>

/**
 * A table of PostgreSQL as the way out of a job, exactly once: the number of the epoch is written in the transaction of its
 * rows, into `heddle_epochs` beside the table. With a `key` records replace rows, and withdrawn ones remove them; without one
 * they are added. `postgresTable: { … }` is the same in a plan.
 *
 * @param type of the records; needed for `create`
 * @throws {Failure} TableRefused while it is written
 * @example
 * postgresTable({ url: { env: 'REPORTS_DATABASE' }, table: 'delays', key: ['airport', 'start'] })
 */
export const postgresTable = (options: PostgresTableOptions, type: ValueType = { kind: 'unknown' }): Sink =>
  sinkOf(tableConfig.parse(options), type)

/** `postgresTable` as a kind of sink in plans. */
export const postgresTableKind = defineSink<TableConfig>({
  name: 'postgresTable',
  summary: 'A table of PostgreSQL, with the number of the epoch in the same transaction',
  config: tableConfig as z.ZodType<TableConfig>,
  examples: [
    { url: { env: 'REPORTS_DATABASE' }, table: 'delays', key: ['airport', 'start'] },
    { url: { env: 'REPORTS_DATABASE' }, table: 'reports.late', create: true },
  ],
  create: (config, type, input) => sinkOf(config, type, input),
})

function sinkOf(config: TableConfig, type: ValueType, input?: SinkInput): Sink {
  const key = keyFields(config, input?.flow === 'changes' ? input.keys : undefined)
  const isOfNewest = key.length > 0 && leavesOutWindow(key, input?.keys)
  const keyOf = ({ value }: SinkRecord): Key => {
    const values = key.map(
      (name) => (value as Readonly<Record<string, string | number | boolean | null>>)[name] ?? null,
    )
    return values.length === 1 ? values[0]! : values
  }
  return {
    kind: 'postgresTable',
    delivery: 'transactional',
    toldAgain: 'replaced',
    accepts: key.length === 0 ? 'append' : 'changes',
    ...(key.length > 0 && { key: keyOf, fills: `the table "${config.table}"` }),
    how: ['key', 'create'],
    identity: (environment) => addressPlace(config.url, environment),
    describe: () => ({
      database: describeAddress(config.url),
      table: config.table,
      key: [...key],
      create: config.create,
    }),
    open: (host) => openTable(config, { key, isOfNewest }, type, host),
  }
}
