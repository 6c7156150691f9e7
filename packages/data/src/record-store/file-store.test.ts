import { createPorts, memoryLog } from '@heddle/core'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Table } from '../database/table.ts'
import { testRecordStore } from '../testing/index.ts'
import { fileRecords } from './file-store.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-files-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const ports = createPorts({ log: memoryLog() })
const open = (folder: string) =>
  fileRecords({ folder }).open({ ports, folder: root, root, mode: 'development', environment: {} })

testRecordStore(() => open('contract'))

const table: Table = {
  name: 'files.Note',
  key: 'id',
  columns: [
    { name: 'id', kind: 'text', nullable: false },
    { name: 'tags', kind: 'json', nullable: true },
  ],
  indexes: [],
}
const put = (id: string, tags: string | null) => ({ kind: 'put', table, values: [id, tags] }) as const

test('records are files that people can read, and are there again at the next start', async () => {
  const store = await open('notes')
  await store.prepare(table)
  await store.write('main', put('plain', '["a"]'))
  await store.write('main', put('../Strange', null))
  await store.close()
  const home = join(root, 'notes/files.Note/main')
  const written = JSON.parse(readFileSync(join(home, 'plain.json'), 'utf8')) as unknown
  expect(written).toEqual({ tenant: 'main', version: 1, record: { id: 'plain', tags: ['a'] } })
  expect(readdirSync(home)).toEqual(['plain.json', expect.stringMatching(/^~[0-9a-f]{64}\.json$/)])
  writeFileSync(join(home, 'by-hand.json'), '{"tenant": "main", "version": 1, "record": {"id": "by-hand"}}')

  const again = await open('notes')
  await again.prepare(table)
  expect(await again.read(table, 'main', ['plain', '../Strange', 'by-hand'])).toEqual([
    [1, 'plain', '["a"]'],
    [2, '../Strange', null],
    [1, 'by-hand', null],
  ])
  expect(await again.write('main', put('new', null))).toEqual({ kind: 'written', version: 3 })
  await again.close()
})

test.each([
  ['{', /holds no record: .*JSON/],
  ['[]', /holds no record: it names no tenant/],
  ['{"tenant": "main", "version": 1.5, "record": {}}', /holds no record: it has no version/],
  ['{"tenant": "main", "version": 1, "record": {"tags": []}}', /holds no record: the field "id" is no text/],
])('a file that is no record is named: %s', async (text, message) => {
  const folder = `broken ${text.length}`
  const store = await open(folder)
  await store.prepare(table)
  await store.write('main', put('a', null))
  const path = join(root, folder, 'files.Note/main/a.json')
  writeFileSync(path, text)
  await expect(store.prepare(table)).rejects.toMatchObject({
    code: 'DatabaseDamaged',
    message: expect.stringMatching(message) as string,
    data: { path },
  })
  await store.close()
})

test('one store at a time has the folder', async () => {
  const store = await open('one')
  await expect(open('one')).rejects.toMatchObject({ code: 'DatabaseLocked' })
  await store.close()
  await (await open('one')).close()
})
