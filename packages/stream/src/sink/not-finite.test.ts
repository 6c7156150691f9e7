import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parsePlan, type ValueType } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { job } from '../job/job.ts'
import { listSource } from '../source/list.ts'
import { memoryCheckpoints } from '../testing/run-task.ts'
import { runJob } from '../testing/run-job.ts'
import { collectSink } from './collect.ts'
import { notFinite } from './not-finite.ts'

const number = { kind: 'number' } as const
const text = { kind: 'string' } as const
const record = (fields: Readonly<Record<string, ValueType>>): ValueType => ({
  kind: 'record',
  fields: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { type }])),
})

test.each<[ValueType, unknown, string, number]>([
  [number, NaN, '', NaN],
  [
    record({ id: text, left: record({ n: { kind: 'int' } }) }),
    { id: 'a', left: { n: -Infinity } },
    'left/n',
    -Infinity,
  ],
  [record({ all: { kind: 'list', items: number } }), { all: [1, Infinity] }, 'all/1', Infinity],
  [{ kind: 'map', values: number }, { a: 1, b: NaN }, 'b', NaN],
  [{ kind: 'union', options: [text, record({ n: number })] }, { n: NaN }, 'n', NaN],
])('a number that is not finite is found with its place: %j', (type, value, path, found) => {
  expect(notFinite(type)!(value)).toEqual({ path, found })
})

test('nothing is found where numbers are finite, and nothing is looked for where no type says number', () => {
  const look = notFinite(record({ n: { kind: 'number', nullable: true }, of: { kind: 'list', items: number } }))!
  for (const value of [{ n: 1, of: [2] }, { n: null, of: [] }, {}, null, 'text']) expect(look(value)).toBeUndefined()
  expect(notFinite(record({ id: text, at: { kind: 'time' }, of: { kind: 'list', items: text } }))).toBeUndefined()
  expect(notFinite({ kind: 'union', options: [text, { kind: 'unknown' }] })).toBeUndefined()
})

test('a record with an infinite number gets into no sink, and is a dead letter that names the field', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-not-finite-'))
  const parsed = parsePlan(
    `heddle: 1
pipeline: flights.Ratios
source: { given: flights, type: { id: int, delay: number } }
steps: [{ id: ratio, map: { id: it.id, ratio: 1 / it.delay, much: it.delay * 1e308 } }]
sinks: { file: { file: ratios.ndjson }, out: { given: out } }
`,
    'ratios.yaml',
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const out = collectSink()
  const store = memoryCheckpoints()
  const flights = listSource([0, 1, 100, 0.5].map((delay, id) => ({ id, delay })))
  await runJob(job(parsed.plan, { sources: { flights }, sinks: { out } }), { folder, store })
  const lines = readFileSync(join(folder, 'ratios.ndjson'), 'utf8').trim().split('\n')
  // What is divided by zero is null, as its type says.
  const fit = [
    { id: 0, ratio: null, much: 0 },
    { id: 1, ratio: 1, much: 1e308 },
    { id: 3, ratio: 2, much: 5e307 },
  ]
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(fit)
  expect(out.values).toEqual(fit)
  const letters = store.commits.flatMap(({ letters: kept }) => kept)
  expect(letters.map(({ command }) => command)).toEqual(['flights.Ratios/file', 'flights.Ratios/out'])
  expect(letters[0]!.errors).toMatchObject([
    {
      code: 'NotFinite',
      message: expect.stringMatching(/^The record \S+ has Infinity at "much" of the sink file of flights\.Ratios/),
    },
  ])
  rmSync(folder, { recursive: true, force: true })
})
