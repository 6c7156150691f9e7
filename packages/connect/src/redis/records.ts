import { systemFailure } from '@heddle/core'
import {
  keyOf,
  type PageQuery,
  type RecordStore,
  type RecordStoreDriver,
  type Row,
  rowPage,
  type Table,
  type UniqueIndex,
  uniqueIndexes,
  type Value,
  type Written,
} from '@heddle/data'
import { openRedis, type RedisAddress, type RedisClient } from './client.ts'
import { formatValues, memberOf, parseRow } from './record-format.ts'
import { rangeOf } from './record-range.ts'
import { pageRecords, readRecords, writeRecord } from './record-scripts.ts'
import { runScript } from './script.ts'

/** Where in Redis records are kept. */
export interface RedisRecordsOptions extends RedisAddress {
  /** What their keys begin with, so that apps on one server do not meet, e.g. the app's name. */
  readonly prefix: string
  /** How many records a page looks at at most (limit `redis.scan`). @default 100000 */
  readonly scan?: number
}

/** How many records are fetched at a time while a filter looks for more. */
const pageSize = 500

/**
 * Records in Redis. Reads by key and pages in the order of the key are fast, also those of a prefix or range of keys;
 * any other filter or order looks at all records of the tenant. How durable a write is depends on the server:
 * `appendfsync always` has it on the disk when it is answered.
 *
 * @example provideRecords(Sessions, redisRecords({ url: 'redis://cache:6379', prefix: 'web' }))
 */
export const redisRecords = (options: RedisRecordsOptions): RecordStoreDriver => ({
  name: 'redis',
  describe: () => ({ engine: 'redis' }),
  open: async ({ ports }) => createRedisStore(await openRedis(options, ports.log), options),
})

/** The store on an open connection. */
export function createRedisStore(client: RedisClient, options: Omit<RedisRecordsOptions, 'url'>): RecordStore {
  const { prefix, scan = 100_000 } = options
  const indexes = new Map<string, readonly UniqueIndex[]>()
  const indexesOf = (table: Table) => {
    let known = indexes.get(table.name)
    if (!known) indexes.set(table.name, (known = uniqueIndexes(table)))
    return known
  }
  // A name of a table holds no colon, so no tenant runs into another's keys.
  const keysOf = (table: Table, tenant: string) =>
    ['rows', 'versions', 'order', 'uniques'].map((kind) => `${prefix}:records:${table.name}:${kind}:${tenant}`)

  return {
    name: 'redis',
    prepare: () => undefined,
    async read(table, tenant, keys) {
      if (keys.length === 0) return []
      const [rows, versions] = keysOf(table, tenant)
      const members = keys.map(memberOf)
      const found = (await client.run((redis) => runScript(redis, readRecords, [rows!, versions!], members))) as (
        | string
        | null
      )[]
      return keys.map((_key, index) => {
        const [version, json] = [found[2 * index], found[2 * index + 1]]
        return version && json ? parseRow(table, version, json) : undefined
      })
    },
    find: (table, tenant, query) => findRows(client, keysOf(table, tenant), table, query, scan),
    async write(tenant, write): Promise<Written> {
      const { table, kind } = write
      const own = indexesOf(table)
      const keys = [
        ...keysOf(table, tenant),
        `${prefix}:records:version`,
        ...own.map((_index, place) => `${prefix}:records:${table.name}:unique ${place}:${tenant}`),
      ]
      const values: readonly Value[] | undefined = kind === 'delete' ? undefined : write.values
      const expected = kind === 'update' || kind === 'delete' ? write.version : 0
      const json = values ? formatValues(values) : ''
      const texts = own.map((index) => (values && index.textOf(values)) ?? '')
      const answer = (await client.run((redis) =>
        runScript(redis, writeRecord, keys, [kind, memberOf(keyOf(write)), expected, json, ...texts]),
      )) as number
      if (answer > 0) return { kind: 'written', version: answer }
      if (answer === -1) return { kind: 'conflict' }
      return { kind: 'notUnique', columns: answer === -2 ? [table.key] : own[-3 - answer]!.columns }
    },
    close: () => client.close(),
  }
}

/** Walks through the keys in their order and takes what fits, until the page is full. */
async function findRows(
  client: RedisClient,
  keys: readonly string[],
  table: Table,
  query: PageQuery,
  scan: number,
): Promise<readonly Row[]> {
  const { takes, compare } = rowPage(table, query)
  const { backwards, isOrder, ...range } = rangeOf(table, query)
  const taken: Row[] = []
  for (let looked = 0; ;) {
    const size = isOrder && query.where === undefined ? Math.min(query.limit, pageSize) : pageSize
    const bounds = [range.from, range.to, size, backwards ? 1 : 0]
    const found = (await client.run((redis) => runScript(redis, pageRecords, keys.slice(0, 3), bounds))) as string[]
    for (let index = 0; index < found.length; index += 3) {
      const row = parseRow(table, found[index + 1]!, found[index + 2]!)
      if (takes(row)) taken.push(row)
    }
    const isFull = isOrder && taken.length >= query.limit
    if (isFull || found.length < 3 * size) return taken.sort(compare).slice(0, query.limit)
    looked += size
    if (looked >= scan) throw systemFailure('LimitReached', { name: 'redis.scan', limit: scan })
    const last = Buffer.from(`(${found.at(-3)!}`)
    if (backwards) range.to = last
    else range.from = last
  }
}
