import { type Json, seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { type ChangesDatabase, openReader, readCount } from '../../../fixtures/changes-database.ts'
import { serverOfTests } from '../../../fixtures/changes-life.ts'
import { postgresChanges } from './postgres-changes.ts'

const server = serverOfTests()

const source = ({ url }: ChangesDatabase) => postgresChanges({ url, tables: ['orders'], as: 'changes', copyRows: 7 })
const create = ['CREATE TABLE orders (id int PRIMARY KEY, item text)', 'ALTER TABLE orders REPLICA IDENTITY FULL']

for (const seed of [1, 2, 3, 4]) {
  test(`rows with their weights add up to the table at any restart of seed ${seed}`, async () => {
    const random = seededRandom(seed)
    const dice = (below: number) => Math.floor(random.next() * below)
    const database = await server.database()
    await database.run(...create, "INSERT INTO orders SELECT n, 'n' FROM generate_series(0, 60) n")
    const sum = new Map<string, number>()
    const checkpoint: { position: Json | undefined; sum: [string, number][] } = { position: undefined, sum: [] }
    const step = async () => {
      const [id, other] = [1 + dice(80), 1 + dice(80)]
      const statements = [
        `UPDATE orders SET item = 'u${dice(1000)}' WHERE id = ${id}`,
        `DELETE FROM orders WHERE id = ${id}`,
        `INSERT INTO orders VALUES (${id}, 'i${dice(1000)}') ON CONFLICT DO NOTHING`,
        `UPDATE orders SET id = ${other} WHERE id = ${id} AND NOT EXISTS (SELECT FROM orders WHERE id = ${other})`,
      ]
      const tick = `UPDATE orders SET item = 't${dice(1e6)}' WHERE id = 0`
      await database.run('BEGIN', ...Array.from({ length: 1 + dice(3) }, () => statements[dice(4)]!), tick, 'COMMIT')
    }
    for (let restart = 0; restart < 12; restart++) {
      const { reader, close } = await openReader(source(database), checkpoint.position)
      sum.clear()
      for (const [row, weight] of checkpoint.sum) sum.set(row, weight)
      for (let reads = 1 + dice(5); reads > 0; reads--) {
        for (let steps = 1 + dice(3); steps > 0; steps--) await step()
        let isLast = false
        let isSet = false
        do {
          const batch = (await reader.read(1 + dice(9)))!
          for (const [at, row] of batch.values.entries()) {
            const text = JSON.stringify(row)
            const weight = (sum.get(text) ?? 0) + batch.weights![at]!
            // The log tells nothing twice and withdraws nothing that is not there.
            expect([0, 1], `${text} after ${restart} restarts`).toContain(weight)
            sum.set(text, weight)
            isLast ||= text.includes('"last"')
          }
          // Behind the last snapshot, so that it is told after all that the runs of the copy had left open.
          if (restart === 11 && reads === 1 && !isSet) await database.run("INSERT INTO orders VALUES (1000, 'last')")
          isSet = true
          if (dice(3) === 0) {
            checkpoint.position = JSON.parse(JSON.stringify(batch.position)) as Json
            checkpoint.sum = [...sum]
          }
        } while (restart === 11 && reads === 1 && !isLast)
      }
      await close()
    }
    const rows = [...sum].flatMap(([row, weight]) => (weight === 1 ? [row] : []))
    const stored = await database.rows('SELECT * FROM orders')
    expect(rows.toSorted()).toEqual(stored.map((row) => JSON.stringify(row)).toSorted())
    await database.close()
  }, 40_000)
}

test('what cannot be withdrawn row by row ends the reading, and says so', async () => {
  for (const [statement, because] of [
    ['TRUNCATE orders', 'was emptied'],
    ['ALTER TABLE orders ADD COLUMN more int', 'columns of public.orders have changed'],
  ] as const) {
    const database = await server.database()
    await database.run(...create, "INSERT INTO orders VALUES (1, 'a'), (2, 'b')")
    const { reader, close } = await openReader(source(database))
    expect(await readCount(reader, 2)).toMatchObject({
      values: [
        { id: 1, item: 'a' },
        { id: 2, item: 'b' },
      ],
      weights: [1, 1],
      keys: [1, 2],
    })
    await database.run(statement, "INSERT INTO orders VALUES (3, 'c')")
    await expect((async () => reader.read(1))()).rejects.toMatchObject({
      code: 'ChangesLost',
      message: expect.stringContaining(because),
      help: expect.stringContaining('begin anew'),
    })
    await close()
    await database.close()
  }
})

test('a table whose old rows the log does not tell is refused, and so are two tables', async () => {
  const database = await server.database()
  await database.run('CREATE TABLE orders (id int PRIMARY KEY)')
  const { reader, close } = await openReader(source(database))
  await expect((async () => reader.read(1))()).rejects.toMatchObject({
    code: 'ChangesRefused',
    help: expect.stringContaining('REPLICA IDENTITY FULL'),
  })
  await close()
  await database.close()
  expect(() => postgresChanges({ url: 'postgres://x/y', tables: ['a', 'b'], as: 'changes' })).toThrow(/one table/)
})
