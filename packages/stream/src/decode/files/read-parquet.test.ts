import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readParquet } from './read-parquet.ts'

/** Three million real flights of the USA in eleven row groups of 272,727. */
const flights = join(fileURLToPath(import.meta.resolve('vega-datasets')), '../../data/flights-3m.parquet')

const flight = z.object({
  date: z.date(),
  delay: z.int(),
  distance: z.int(),
  origin: z.string(),
  destination: z.string(),
})

test('reads the rows of a real file in batches, from its beginning', async () => {
  for await (const { values, bad, nextRow } of readParquet(flights, { schema: flight, batchRows: 3 })) {
    expect(values[0]).toEqual({
      date: new Date('2001-01-01T00:01:00Z'),
      delay: 33,
      distance: 2176,
      origin: 'LAS',
      destination: 'PHL',
    })
    expect([values.length, bad, nextRow]).toEqual([3, [], 3])
    break
  }
})

test('goes on from any row, also over the border of row groups, with the columns that are asked for', async () => {
  const border = 272_727
  const whole: unknown[] = []
  for await (const { values, nextRow } of readParquet(flights, {
    columns: ['delay', 'origin'],
    rowStart: border - 5,
    batchRows: 4,
  })) {
    whole.push(...values)
    if (nextRow > border + 4) break
  }
  expect(whole).toHaveLength(5 + 8)
  for (const skipped of [1, 5, 7]) {
    for await (const { values } of readParquet(flights, {
      columns: ['delay', 'origin'],
      rowStart: border - 5 + skipped,
      batchRows: 4,
    })) {
      expect(values).toEqual(whole.slice(skipped, skipped + values.length))
      break
    }
  }
  expect(Object.keys(whole[0] as object)).toEqual(['delay', 'origin'])
}, 60_000)

test('rows that do not fit the type are told with their number', async () => {
  const schema = z.object({ delay: z.int().max(30), origin: z.string() })
  for await (const { values, bad } of readParquet(flights, { schema, columns: ['delay', 'origin'], batchRows: 2 })) {
    expect(bad[0]).toMatchObject({ index: 0, line: 1, text: '{"delay":33,"origin":"LAS"}' })
    expect(bad[0]!.errors[0]).toMatchObject({ code: 'TooBig', path: ['delay'] })
    expect(values.length + bad.length).toBe(2)
    break
  }
})

test('ends behind the last row', async () => {
  const rows: number[] = []
  for await (const { values, nextRow } of readParquet(flights, { columns: ['origin'], rowStart: 2_999_990 }))
    rows.push(values.length, nextRow)
  expect(rows).toEqual([10, 3_000_000])
  for await (const _ of readParquet(flights, { rowStart: 3_000_000 })) expect.unreachable()
})

test('a file that is no Parquet, a missing one and a column that is not there are named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-parquet-'))
  const path = join(folder, 'no.parquet')
  await writeFile(path, 'no parquet at all')
  await expect(readParquet(path).next()).rejects.toMatchObject({ code: 'MalformedInput', data: { format: 'Parquet' } })
  await expect(readParquet(join(folder, 'missing')).next()).rejects.toMatchObject({ code: 'Unavailable' })
  await expect(readParquet(flights, { columns: ['x'] }).next()).rejects.toThrow('has no column "x"')
  await rm(folder, { recursive: true })
})
