import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Json } from '@heddle/core'
import { schemaOfPlanType } from '@heddle/pipeline'
import { Decimal } from '@heddle/types/decimal'
import { expect, test } from 'vitest'
import { createDecoder } from '../decode/create-decoder.ts'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import { fileSinkKind, type FileSinkConfig } from './file.ts'
import type { SinkRecord } from './sink.ts'

const folder = () => mkdtemp(join(tmpdir(), 'heddle-file-sink-'))
const unknown = { kind: 'unknown' } as const

/** The visible files of a folder, in the order of their names, as text. */
async function visible(root: string): Promise<Record<string, string>> {
  const names = (await readdir(root)).filter((name) => !name.startsWith('.')).toSorted()
  const texts = names.map(async (name) => {
    const bytes = await readFile(join(root, name))
    return [name, String(name.endsWith('.gz') ? gunzipSync(bytes) : bytes)] as const
  })
  return Object.fromEntries(await Promise.all(texts))
}

const lines = (text: string) => text.split('\n').slice(0, -1)

const contract = (name: string, config: FileSinkConfig, head = 0) =>
  testSink(name, async () => {
    const root = await folder()
    return {
      sink: fileSinkKind.create(config, unknown),
      host: { root },
      value: (n) => (head > 0 ? { n, text: `a "quoted", text ${n}` } : { n }),
      async read() {
        const texts = Object.values(await visible(root))
        return texts.flatMap((text) => lines(text).slice(head)).map((line) => parsed(line, head > 0))
      },
      close: () => rm(root, { recursive: true }),
    }
  })

const parsed = (line: string, isCsv: boolean): unknown => {
  if (!isCsv) return JSON.parse(line)
  const [, n, text] = /^(\d+),"(.*)"$/.exec(line)!
  return { n: Number(n), text: text!.replaceAll('""', '"') }
}

contract('file', { path: 'out.ndjson' })
contract('file, compressed', { path: 'out.ndjson.gz' })
contract('file, rolled by records', { path: 'out.ndjson', roll: { records: 5 } })
contract('file, rolled by size and compressed', { path: 'out.ndjson.gz', roll: { size: '20B' } })
contract('file, CSV, rolled', { path: 'out.csv', columns: ['n', 'text'], roll: { records: 3 } }, 1)

const record = (n: number): SinkRecord => ({ id: `${n}`, value: { n }, key: undefined, time: n, weight: 1 })

test.each([
  ['out.ndjson', undefined],
  ['out.ndjson', { records: 4 }],
])('what %s holds behind an earlier checkpoint is written anew, rolled by %j', async (path, roll) => {
  const root = await folder()
  const open = () => fileSinkKind.create({ path, ...(roll && { roll }) }, unknown).open(sinkHost({ root }))
  const kept: Json[] = []
  const one = await open()
  await one.discard!(undefined)
  for (let epoch = 1; epoch <= 5; epoch++) {
    await one.write([record(2 * epoch), record(2 * epoch + 1)], epoch)
    kept.push(await one.stage!(epoch))
    await one.finish!(kept.at(-1)!)
  }
  await one.close()
  // Back to the third: the rest is told again, in other epochs, and with one more.
  const again = await open()
  await again.discard!(kept[2]!)
  await again.finish!(kept[2]!)
  for (let epoch = 6; epoch <= 8; epoch++) {
    await again.write([record(2 * epoch - 4), record(2 * epoch - 3)], epoch)
    await again.finish!(await again.stage!(epoch, epoch === 8))
  }
  await again.close()
  const texts = Object.values(await visible(root))
  expect(texts.flatMap(lines).map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
    Array.from({ length: 12 }, (_, index) => index + 2),
  )
})

test('shows no record before its checkpoint, and a rolled file only once it is full', async () => {
  const root = await folder()
  const one = await fileSinkKind.create({ path: 'one.ndjson' }, unknown).open(sinkHost({ root }))
  await one.write([record(1)], 1)
  const staged = await one.stage!(1)
  expect(await visible(root)).toEqual({})
  await one.finish!(staged)
  expect(await visible(root)).toEqual({ 'one.ndjson': '{"n":1}\n' })

  const roll = { records: 2 }
  const many = await fileSinkKind.create({ path: 'many.ndjson', roll }, unknown).open(sinkHost({ root }))
  await many.write([record(1), record(2), record(3)], 1)
  await many.finish!(await many.stage!(1))
  expect(await visible(root)).toMatchObject({ 'many-000001.ndjson': '{"n":1}\n{"n":2}\n' })
  expect(Object.keys(await visible(root))).toHaveLength(2)
  await many.finish!(await many.stage!(2, true))
  expect(await visible(root)).toMatchObject({ 'many-000002.ndjson': '{"n":3}\n' })
  expect((await readdir(root)).filter((name) => name.startsWith('.'))).toEqual([])
  await rm(root, { recursive: true })
})

test('goes on behind what others wrote into the file, on a line of its own', async () => {
  const root = await folder()
  await writeFile(join(root, 'out.ndjson'), '{"old":1}')
  const open = await fileSinkKind.create({ path: 'out.ndjson' }, unknown).open(sinkHost({ root }))
  await open.write([record(1)], 1)
  await open.finish!(await open.stage!(1))
  expect(await visible(root)).toEqual({ 'out.ndjson': '{"old":1}\n{"n":1}\n' })
  await rm(root, { recursive: true })
})

test('cuts a tail that was torn off while it was finished', async () => {
  const root = await folder()
  const sink = fileSinkKind.create({ path: 'out.ndjson' }, unknown)
  const open = await sink.open(sinkHost({ root }))
  await open.write([record(1), record(2)], 1)
  const staged = await open.stage!(1)
  await writeFile(join(root, 'out.ndjson'), '{"n":1}\n{"n"')
  const again = await sink.open(sinkHost({ root }))
  await again.discard!(staged)
  await again.finish!(staged)
  expect(await visible(root)).toEqual({ 'out.ndjson': '{"n":1}\n{"n":2}\n' })
  await rm(root, { recursive: true })
})

test('says which file was changed by others, instead of writing into it', async () => {
  const root = await folder()
  const sink = fileSinkKind.create({ path: 'out.ndjson' }, unknown)
  const open = await sink.open(sinkHost({ root }))
  await open.write([record(1)], 1)
  await open.finish!(await open.stage!(1))
  await open.write([record(2)], 2)
  const staged = await open.stage!(2)
  await writeFile(join(root, 'out.ndjson'), '')
  await expect(open.finish!(staged)).rejects.toMatchObject({ code: 'FileReplaced' })
  await rm(root, { recursive: true })
})

test('refuses CSV of which nobody knows the columns, and takes those of the type', () => {
  expect(() => fileSinkKind.create({ path: 'out.csv' }, unknown)).toThrow('add `columns`')
  const type = { kind: 'record', fields: { a: { type: { kind: 'int' } } } } as const
  expect(fileSinkKind.create({ path: 'out.csv' }, type).describe()).toMatchObject({ format: 'csv' })
  for (const example of fileSinkKind.examples) fileSinkKind.config.parse(example)
})

test('a CSV source of the same type reads what a CSV sink has written of each scalar type', async () => {
  const at = new Date('2026-03-01T08:10:00.250Z')
  const values: Readonly<Record<string, readonly unknown[]>> = {
    string: ['', ' a, "b"\n', 'null', '1'],
    boolean: [true, false],
    int: [0, -7],
    number: [1.5, -2e-300],
    int64: [9_007_199_254_740_993n, -5n],
    decimal: [Decimal.read('1.10'), Decimal.read('-1e30')],
    dateTime: [at],
    uuid: ['0190f3c8-7a5b-7c1d-8e2f-3a4b5c6d7e8f'],
    Duration: ['2s'],
  }
  for (const [type, given] of Object.entries(values)) {
    const root = await folder()
    const all = [...given, null].map((v) => ({ k: 'a', v }))
    const open = await fileSinkKind.create({ path: 'out.csv', columns: ['k', 'v'] }, unknown).open(sinkHost({ root }))
    await open.write(
      all.map((value, n) => ({ ...record(n), value })),
      1,
    )
    await open.finish!(await open.stage!(1))
    const text = (await visible(root))['out.csv']!
    const wrong = (path: unknown) => expect.fail(JSON.stringify(path))
    const schema = schemaOfPlanType({ k: 'string', v: { type: 'nullable', of: type } }, wrong)
    const { values: read, bad } = createDecoder({ format: 'csv', schema }).decode(Buffer.from(text), 0, 1000, true)
    expect(bad, text).toEqual([])
    expect(read, text).toEqual(all)
    await rm(root, { recursive: true })
  }
})

test('CSV holds decimals and big integers as they are, and records and lists as JSON', async () => {
  const root = await folder()
  const columns = ['d', 'i', 'at', 'all']
  const open = await fileSinkKind.create({ path: 'out.csv', columns }, unknown).open(sinkHost({ root }))
  const d = Decimal.read('1.10')
  const value = { d, i: 9_007_199_254_740_993n, at: new Date(0), all: [{ d, i: 5n }] }
  await open.write([{ ...record(0), value }], 1)
  await open.finish!(await open.stage!(1))
  expect(await visible(root)).toEqual({
    'out.csv': `d,i,at,all\n1.1,9007199254740993,1970-01-01T00:00:00.000Z,"[{""d"":""1.1"",""i"":""5""}]"\n`,
  })
  await rm(root, { recursive: true })
})
