import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { folderSourceKind } from './folder.ts'

const folders: string[] = []
const folder = async (files: Readonly<Record<string, string>>) => {
  const made = await mkdtemp(join(tmpdir(), 'heddle-folder-source-'))
  folders.push(made)
  for (const [name, text] of Object.entries(files)) await writeFile(join(made, name), text)
  return made
}
afterEach(async () => {
  for (const made of folders.splice(0)) await rm(made, { recursive: true })
})

const values = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ n: from + n }))
const text = (list: readonly unknown[]) => list.map((value) => `${JSON.stringify(value)}\n`).join('')

testSource('folder', async () => ({
  source: folderSourceKind.create({
    path: await folder({ 'a.ndjson': text(values(0, 4)), 'b.csv': '', '.c': '' }),
    match: '*.ndjson',
  }),
  expected: { 'a.ndjson': values(0, 4) },
}))

testSource('folder in turn', async () => ({
  source: folderSourceKind.create({
    path: await folder({ 'b.ndjson': text(values(3, 5)), 'a.ndjson': text(values(0, 3)), 'c.ndjson': '' }),
    partitions: 'one',
  }),
  expected: { '0': values(0, 5) },
}))

testSource('folder that is followed', async () => {
  const path = await folder({ 'a.ndjson': text(values(0, 3)), 'b.ndjson': text(values(5, 6)) })
  return {
    source: folderSourceKind.create({ path, follow: true }),
    expected: { 'a.ndjson': values(0, 3), 'b.ndjson': values(5, 6) },
    async append() {
      await appendFile(join(path, 'a.ndjson'), text(values(3, 5)))
      return values(3, 5)
    },
    async appear() {
      await writeFile(join(path, 'new.ndjson'), text(values(7, 9)))
      return { partition: 'new.ndjson', values: values(7, 9) }
    },
  }
})

testSource('folder that is followed in turn', async () => {
  const path = await folder({ 'a.ndjson': text(values(0, 3)), 'b.ndjson': text(values(3, 5)) })
  return {
    source: folderSourceKind.create({ path, follow: true, partitions: 'one' }),
    expected: { '0': values(0, 5) },
    async append() {
      await appendFile(join(path, 'b.ndjson'), '{"n":5}')
      await writeFile(join(path, 'c.ndjson'), text(values(6, 8)))
      return values(5, 8)
    },
  }
})

test('says which folder is not there', async () => {
  const open = await folderSourceKind.create({ path: '/nowhere/at/all' }).open(sourceHost())
  await expect(open.partitions()).rejects.toMatchObject({ code: 'Unavailable' })
})
