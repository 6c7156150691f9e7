import { app, command, type OpenApp } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { changesSourceKind } from './changes.ts'
import { eventsSourceKind } from './events.ts'

const Stock = entity('shop.Stock', {
  key: 'id',
  fields: { id: z.string(), count: z.int() },
  events: true,
})
const Stocks = repository(Stock)
const Plain = entity('shop.Plain', { key: 'id', fields: { id: z.string() } })

const put = command('shop.Put', {
  input: z.object({ id: z.string(), count: z.int() }),
  output: z.null(),
  access: 'public',
  uses: [Stocks],
  async run({ input, ctx }) {
    const stocks = ctx.use(Stocks)
    const before = await stocks.get(input.id)
    if (input.count < 0) {
      if (before) stocks.delete(before)
    } else if (before) stocks.update(before, { count: input.count })
    else stocks.insert(input)
    return null
  },
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function opened(): Promise<{ shop: OpenApp; set: (id: string, count: number) => Promise<unknown> }> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-changes-'))
  const shop = await app('shop', { database: sqlite(), parts: [put, Plain] }).open({ folder })
  closing.push(async () => {
    await shop.close()
    await rm(folder, { recursive: true })
  })
  return { shop, set: (id, count) => shop.callOrThrow(put, { id, count }) }
}

const ids = ['a', 'b', 'c', 'd', 'e']

testSource('changes', async () => {
  const { shop, set } = await opened()
  for (const id of ids) await set(id, 1)
  return {
    source: changesSourceKind.create({ entity: 'shop.Stock' }),
    host: { app: shop, ports: shop.ports },
    expected: { '0': ids.map((id) => ({ id, count: 1 })) },
    async append() {
      await set('b', 2)
      await set('c', -1)
      return [
        { id: 'b', count: 1 },
        { id: 'b', count: 2 },
        { id: 'c', count: 1 },
      ]
    },
  }
})

testSource('events', async () => {
  const { shop, set } = await opened()
  await set('a', 1)
  await set('a', 2)
  const at = expect.any(Date) as unknown
  const told = (name: string, offset: number, data: object) => ({
    name: `shop.Stock.${name}`,
    key: 'a',
    at,
    offset,
    data,
  })
  return {
    source: eventsSourceKind.create({ on: ['shop.Stock.Inserted', 'shop.Stock.Updated'] }),
    host: { app: shop, ports: shop.ports },
    expected: {
      '0': [
        told('Inserted', 1, { record: { id: 'a', count: 1 } }),
        told('Updated', 2, { record: { id: 'a', count: 2 }, before: { id: 'a', count: 1 } }),
      ],
    },
    async append() {
      await set('a', -1)
      await set('a', 5)
      return [told('Inserted', 4, { record: { id: 'a', count: 5 } })]
    },
  }
})

test('joins rows and changes without a gap or a double while rows change under the copy', async () => {
  const { shop, set } = await opened()
  const source = changesSourceKind.create({ entity: 'shop.Stock' })
  for (let seed = 1; seed <= 4; seed++) {
    let state = seed
    const random = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return Math.floor((state / 2 ** 31) * below)
    }
    for (const id of 'abcdefghijkl') if (random(3) > 0) await set(`${seed}${id}`, random(100))
    const rows = new Map<string, number>()
    let position: unknown
    for (let life = 0; life < 6; life++) {
      const open = await source.open(sourceHost({ app: shop, ports: shop.ports }))
      const reader = await open.openPartition('0', position as never)
      for (let step = 0; step < 4; step++) {
        const changes = Array.from({ length: 1 + random(4) }, async () => {
          const id = `${seed}${'abcdefghijkl'[random(12)]!}`
          await set(id, random(3) === 0 ? -1 : random(100))
        })
        // One that changes something for sure, so that there is something to read.
        changes.push(set(`${seed}z`, life * 4 + step).then(() => undefined))
        const batch = await reader.read(1 + random(4))
        await Promise.all(changes)
        take(batch!, rows)
        position = JSON.parse(JSON.stringify(batch!.position))
      }
      await reader.close()
    }
    // A last change marks the end of what has to be told.
    await set('~', seed)
    const open = await source.open(sourceHost({ app: shop, ports: shop.ports }))
    const reader = await open.openPartition('0', position as never)
    while (rows.get('~') !== seed) take((await reader.read(100))!, rows)
    await reader.close()
    expect(new Map([...rows].toSorted())).toEqual(await kept(shop))
  }
})

/** Folds a batch: a row that comes must not be there, and one that goes must be there as it is told. */
function take(batch: { values: readonly unknown[]; weights?: readonly number[] }, rows: Map<string, number>): void {
  for (const [index, value] of batch.values.entries()) {
    const { id, count } = value as { id: string; count: number }
    if (batch.weights?.[index] === -1) {
      expect(rows.get(id)).toBe(count)
      rows.delete(id)
    } else {
      expect(rows.has(id)).toBe(false)
      rows.set(id, count)
    }
  }
}

async function kept(shop: OpenApp): Promise<Map<string, number>> {
  const { databaseOf } = await import('@heddle/data')
  const order = [{ column: 'id', descending: false }]
  const query = { where: undefined, order, after: undefined, limit: 1000 }
  const rows = await databaseOf(shop.ports, 'shop').find(Stock.table, 'main', query)
  return new Map(rows.map((row) => [row[1] as string, row[2] as number]))
}

test('says what an entity lacks whose changes are to be read', async () => {
  const { shop } = await opened()
  const open = (entityName: string) => () =>
    changesSourceKind.create({ entity: entityName }).open(sourceHost({ app: shop, ports: shop.ports }))
  expect(open('shop.Plain')).toThrow('add `events: true`')
  expect(open('shop.None')).toThrow('the entity shop.None')
})
