import type { Json } from '@heddle/core'
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { fileSourceKind, type FileSourceConfig } from './file.ts'
import type { PartitionReader } from './source.ts'

const folders: string[] = []
const folder = async () => {
  const made = await mkdtemp(join(tmpdir(), 'heddle-file-source-'))
  folders.push(made)
  return made
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true })
})

const values = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ n: from + n }))
const text = (list: readonly unknown[]) => list.map((value) => `${JSON.stringify(value)}\n`).join('')
const schema = z.object({ n: z.int() })

testSource('file', async () => {
  const root = await folder()
  await writeFile(join(root, 'a.ndjson'), text(values(0, 9)).replace('\n', '\r\n\n').trimEnd())
  return {
    source: fileSourceKind.create({ path: 'a.ndjson' }),
    host: { root, schema },
    expected: { '0': values(0, 9) },
  }
})

testSource('file, compressed', async () => {
  const root = await folder()
  await writeFile(join(root, 'a.ndjson.gz'), gzipSync(text(values(0, 9))))
  return {
    source: fileSourceKind.create({ path: 'a.ndjson.gz' }),
    host: { root, schema },
    expected: { '0': values(0, 9) },
  }
})

testSource('file, CSV', async () => {
  const root = await folder()
  await writeFile(
    join(root, 'a.csv'),
    `n,text\n${values(0, 6)
      .map(({ n }) => `${n},"a\nb"`)
      .join('\n')}\nx,y\n`,
  )
  const type = z.object({ n: z.int(), text: z.string() })
  const expected = values(0, 6).map(({ n }) => ({ n, text: 'a\nb' }))
  return {
    source: fileSourceKind.create({ path: 'a.csv' }),
    host: { root, schema: type },
    expected: { '0': expected },
    unread: 1,
  }
})

test('reads Parquet from a row on, only the columns that are needed, and says which rows do not fit', async () => {
  const path = join(fileURLToPath(import.meta.resolve('vega-datasets')), '../../data/flights-3m.parquet')
  const type = z.object({ origin: z.string(), delay: z.number(), distance: z.string() })
  const host = sourceHost({ schema: type, decode: 'needed', needed: [['origin'], ['delay']] })
  const source = fileSourceKind.create({ path })
  const reader = await (await source.open(host)).openPartition('0', undefined)
  const first = (await reader.read(5))!
  expect(first.values).toHaveLength(5)
  expect(Object.keys(first.values[0] as object)).toEqual(['origin', 'delay'])
  const second = (await reader.read(3))!
  await reader.close()
  const again = await (await source.open(host)).openPartition('0', JSON.parse(JSON.stringify(first.position)) as never)
  expect(await again.read(3)).toEqual(second)
  await again.close()
  const strict = await (await source.open({ ...host, decode: 'strict' })).openPartition('0', undefined)
  const batch = (await strict.read(2))!
  expect(batch).toMatchObject({ values: [], unread: [{ index: 0, origin: 'flights-3m.parquet:1' }, { index: 0 }] })
  await strict.close()
})

testSource('file with records that cannot be read', async () => {
  const root = await folder()
  await writeFile(join(root, 'a.ndjson'), `{"n":"x"}\n${text(values(0, 3))}{"n":\n${text(values(3, 6))}{}\n`)
  return {
    source: fileSourceKind.create({ path: 'a.ndjson' }),
    host: { root, schema },
    expected: { '0': values(0, 6) },
    unread: 3,
  }
})

testSource('file that is followed', async () => {
  const root = await folder()
  const path = join(root, 'a.ndjson')
  await writeFile(path, text(values(0, 5)))
  return {
    source: fileSourceKind.create({ path, follow: true }),
    host: { root, schema },
    expected: { '0': values(0, 5) },
    async append() {
      await appendFile(path, text(values(5, 7)))
      return values(5, 7)
    },
  }
})

const opened = async (path: string, given: Partial<FileSourceConfig> = {}, position?: never) => {
  const open = await fileSourceKind.create({ path, ...given }).open(sourceHost({ schema }))
  const reader = await open.openPartition('0', position)
  const close = reader.close.bind(reader)
  return { reader, close }
}

/** Reads until so many values came. */
async function take(reader: PartitionReader, count: number): Promise<{ got: unknown[]; position: never }> {
  const got: unknown[] = []
  let position: unknown
  while (got.length < count) {
    const batch = (await reader.read(1))!
    got.push(...batch.values)
    position = JSON.parse(JSON.stringify(batch.position))
  }
  return { got, position: position as never }
}

test('tells where a record stands that cannot be read, and how it is', async () => {
  const path = join(await folder(), 'a.ndjson')
  await writeFile(path, '{"n":1}\n\n{"n":"two"}\n{"n":3}\n')
  const { reader, close } = await opened(path)
  const batch = await reader.read(10)
  expect(batch).toMatchObject({ values: [{ n: 1 }, { n: 3 }], unread: [{ index: 1, origin: 'a.ndjson:3' }] })
  expect(batch!.unread![0]).toMatchObject({ input: '{"n":"two"}', errors: [{ code: 'InvalidType', path: ['n'] }] })
  await close()
})

test('does not take half a line for a record while the file is followed', async () => {
  const path = join(await folder(), 'a.ndjson')
  await writeFile(path, '{"n":1}\n{"n":2')
  const { reader, close } = await opened(path, { follow: true })
  expect((await reader.read(10))!.values).toEqual([{ n: 1 }])
  const next = Promise.resolve(reader.read(10))
  await appendFile(path, '2}\n')
  expect((await next)!.values).toEqual([{ n: 22 }])
  await close()
})

test('follows a file that is renamed, through what was added to it last', async () => {
  const path = join(await folder(), 'app.ndjson')
  await writeFile(path, text(values(0, 2)))
  const { reader, close } = await opened(path, { follow: true })
  await take(reader, 2)
  const next = take(reader, 4)
  await appendFile(path, text(values(2, 3)))
  await rename(path, `${path}.1`)
  await appendFile(`${path}.1`, '{"n":3}')
  await writeFile(path, text(values(4, 6)))
  expect((await next).got).toEqual(values(2, 6))
  await close()
})

test('goes on after a restart in a file that was renamed meanwhile, and then with those that took its place', async () => {
  const path = join(await folder(), 'app.ndjson')
  await writeFile(path, text(values(0, 3)))
  const first = await opened(path, { follow: true })
  const { position } = await take(first.reader, 2)
  await first.close()
  await rename(path, `${path}.2`)
  await writeFile(`${path}.1`, text(values(3, 5)))
  await writeFile(path, text(values(5, 6)))
  const again = await opened(path, { follow: true }, position)
  expect((await take(again.reader, 4)).got).toEqual(values(2, 6))
  await again.close()
})

test('can be read from its beginning again, as long as no other file had its name before', async () => {
  const path = join(await folder(), 'app.ndjson')
  await writeFile(path, text(values(0, 3)))
  const source = fileSourceKind.create({ path, follow: true })
  expect(source.guarantees.rereads).toBe(true)
  const open = await source.open(sourceHost())
  const { reader, close } = await opened(path, { follow: true })
  const first = (await take(reader, 3)).position as Json
  expect(await open.rereads!('0', first)).toBe(true)
  await rename(path, `${path}.1`)
  await writeFile(path, text(values(3, 6)))
  expect(await open.rereads!('0', first)).toBe(false)
  const second = (await take(reader, 3)).position as Json
  expect(await open.rereads!('0', second)).toBe(false)
  await close()
})

test('tells files apart that begin alike', async () => {
  const path = join(await folder(), 'app.ndjson')
  await writeFile(path, text(values(0, 3)))
  const first = await opened(path, { follow: true })
  const { position } = await take(first.reader, 1)
  await first.close()
  await rename(path, `${path}.1`)
  await writeFile(path, text([{ n: 0 }, { n: 9 }, { n: 9 }]))
  const again = await opened(path, { follow: true }, position)
  expect((await take(again.reader, 5)).got).toEqual([{ n: 1 }, { n: 2 }, { n: 0 }, { n: 9 }, { n: 9 }])
  await again.close()
})

test('waits for a file that is not there yet, if it is followed', async () => {
  const path = join(await folder(), 'later.ndjson')
  const { reader, close } = await opened(path, { follow: true })
  const next = take(reader, 1)
  await writeFile(path, text(values(0, 1)))
  expect((await next).got).toEqual(values(0, 1))
  await close()
  const bounded = await opened(join(await folder(), 'none.ndjson'))
  await expect(bounded.reader.read(1)).rejects.toMatchObject({ code: 'Unavailable' })
})

test('says that a file was cut, and that another one lies in its place', async () => {
  const path = join(await folder(), 'app.ndjson')
  await writeFile(path, text(values(0, 3)))
  const { reader, close } = await opened(path, { follow: true })
  const { position } = await take(reader, 3)
  await truncate(path, 8)
  await expect(reader.read(1)).rejects.toMatchObject({ code: 'FileReplaced' })
  await close()
  const cut = await opened(path, { follow: true }, position)
  await expect(cut.reader.read(1)).rejects.toMatchObject({ message: expect.stringContaining('8 bytes, and 24') })
  await cut.close()
  await writeFile(path, text(values(5, 9)))
  const other = await opened(path, {}, position)
  await expect(other.reader.read(1)).rejects.toMatchObject({ message: expect.stringContaining('begins with other') })
  await other.close()
})

test('reads lines that are longer than what is read at a time, and refuses what is longer than it may be', async () => {
  const path = join(await folder(), 'long.log')
  await writeFile(path, `${'a'.repeat(600_000)}\n${'b'.repeat(2_000_000)}\nc`)
  const open = await fileSourceKind.create({ path }).open(sourceHost())
  const reader = await open.openPartition('0', undefined)
  const got: unknown[] = []
  const unread: string[] = []
  for (let batch = await reader.read(10); batch; batch = await reader.read(10)) {
    got.push(...batch.values)
    unread.push(...(batch.unread ?? []).map(({ origin }) => origin))
  }
  expect(got.map((line) => (line as string).length)).toEqual([600_000, 1])
  expect(unread).toEqual(['long.log:2'])
  await reader.close()
})

test('says what it cannot read', () => {
  expect(() => fileSourceKind.create({ path: 'a.dat' })).toThrow('add `format`')
  expect(() => fileSourceKind.create({ path: 'a.ndjson.gz', follow: true })).toThrow('cannot be followed')
  for (const example of fileSourceKind.examples) fileSourceKind.create(fileSourceKind.config.parse(example))
})
