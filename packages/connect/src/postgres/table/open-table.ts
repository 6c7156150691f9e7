import { sleep } from '@heddle/core'
import type { ValueType } from '@heddle/pipeline'
import type { OpenSink, SinkHost, SinkRecord } from '@heddle/stream'
import type { Client } from 'pg'
import { describeAddress, readAddress } from '../address.ts'
import { closeClient, openClient } from '../client.ts'
import { isServerError, postgresError, sqlState } from '../errors.ts'
import { isPassing } from '../passing.ts'
import { parseTableName, quoteTable } from '../quote.ts'
import { createTableSql } from './create-table.ts'
import { createOnce } from './create-once.ts'
import { epochsOf } from './epochs.ts'
import type { TableConfig } from './settings.ts'
import { tableColumns } from './table-columns.ts'
import { refused, type TargetTable, writeRows } from './write-rows.ts'

/** How long it is waited before the next attempt to connect, at first and at most. */
const firstRetryMs = 100
const longestRetryMs = 5000

/**
 * Writes the records of an epoch and its number in one transaction, once all of them are there: a process that hangs in the
 * middle of an epoch keeps nobody from writing it, and when the connection is lost it is written anew, unless the server has
 * it already. How many they are is bounded by the job (limit `job.outbox`).
 *
 * @throws {Failure} TableRefused
 */
export async function openTable(
  config: TableConfig,
  { key, isOfNewest }: Pick<TargetTable, 'key' | 'isOfNewest'>,
  type: ValueType,
  host: SinkHost,
): Promise<OpenSink> {
  const { ports, signal } = host
  const url = readAddress(config.url)
  const where = describeAddress(url)
  const name = parseTableName(config.table)
  const sql = quoteTable(name)
  let client: Client | undefined
  let table: TargetTable | undefined
  let gathered: { readonly epoch: number; readonly records: SinkRecord[] } | undefined
  const epochs = epochsOf(() => client!, name.schema, host.job, host.name)

  const connect = async (): Promise<TargetTable> => {
    if (client && table) return table
    client = await openClient({ url, where, application: `heddle ${host.job} ${host.name}` })
    if (config.create) {
      const create = createTableSql(sql, type, key)
      if (create === undefined) {
        throw refused({ sql, where }, 'the type of the records is not known', 'Create the table, or state the type.')
      }
      await createOnce(client, create)
    }
    const columns = await tableColumns(client, name)
    if (columns.size === 0) throw refused({ sql, where }, 'it does not exist', 'Create it, or say create: true.')
    const missing = key.find((one) => !columns.has(one))
    if (missing !== undefined) {
      throw refused({ sql, where }, `it has no column "${missing}" for the key`, 'Add the column, or correct the key.')
    }
    await epochs.prepare()
    table = { sql, where, columns, key, isOfNewest, rows: config.rows }
    return table
  }
  const disconnect = async () => {
    const closing = client
    client = undefined
    table = undefined
    await closeClient(closing)
  }
  const writeEpoch = async (records: readonly SinkRecord[], epoch: number): Promise<void> => {
    const target = await connect()
    await client!.query('BEGIN')
    // Whoever else writes this epoch has written it when the lock is there.
    if ((await epochs.lock()) >= epoch) return void (await client!.query('ROLLBACK'))
    await writeRows(client!, target, records)
    await epochs.write(epoch)
    await client!.query('COMMIT')
  }
  const persist = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    for (let waitMs = firstRetryMs; ; waitMs = Math.min(2 * waitMs, longestRetryMs)) {
      try {
        return await ask()
      } catch (error) {
        await disconnect()
        const told = tableError(error, sql, where)
        if (!isPassing(told) || signal.aborted) throw told
        ports.log.write('warning', `${where} is away`, { cause: (told as Error).message })
        await sleep(ports.timers, waitMs, signal)
      }
    }
  }

  await persist(connect)
  return {
    epoch: () =>
      persist(async () => {
        await connect()
        return epochs.read()
      }),
    async write(records, epoch, isLast = false) {
      if (gathered?.epoch !== epoch) gathered = { epoch, records: [] }
      const { records: all } = gathered
      all.push(...records)
      if (!isLast) return
      gathered = undefined
      await persist(() => writeEpoch(all, epoch))
    },
    forget: () =>
      persist(async () => {
        await connect()
        await epochs.forget()
      }),
    close: disconnect,
  }
}

/** What the table or the user's rights refuse, as people can act on it. */
function tableError(error: unknown, sql: string, where: string): unknown {
  if (!isServerError(error)) return postgresError(error, where)
  const advice =
    error.code === sqlState.insufficientPrivilege
      ? 'Grant the rights to read and write it, and to create heddle_epochs in its schema.'
      : error.code === '42P10'
        ? 'Give it a primary key or a unique index of the fields of the key.'
        : /^(22|23|42)/.test(error.code)
          ? 'Correct the records by a step before, or the table.'
          : undefined
  return advice === undefined ? postgresError(error, where) : refused({ sql, where }, error.message, advice, error)
}
