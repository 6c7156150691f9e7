import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openTestStore } from '../testing/test-store.ts'
import { findOwner, own } from './owner.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-owner-'))

test('a folder that nobody owns has no owner', () => {
  const folder = newFolder()
  expect(findOwner(folder)).toBeUndefined()
  own(folder).release()
  expect(findOwner(folder)).toBeUndefined()
})

test('a second opening of a data folder is refused with the pid of the first', async () => {
  const folder = newFolder()
  const first = await openTestStore([], { folder })
  await expect(openTestStore([], { folder })).rejects.toMatchObject({
    code: 'DatabaseLocked',
    data: { pid: process.pid, path: folder },
  })
  expect(findOwner(folder)).toEqual({ pid: process.pid, socket: join(folder, 'owner.sock') })
  await first.close()
  const second = await openTestStore([], { folder })
  await second.close()
})

test('the right to a folder ends with the process, however it ends', async () => {
  const folder = newFolder()
  const child = fork(join(import.meta.dirname, '../../fixtures/own-folder.ts'), [folder])
  await once(child, 'message')
  expect(findOwner(folder)).toMatchObject({ pid: child.pid })
  expect(() => own(folder)).toThrow(
    expect.objectContaining({ code: 'DatabaseLocked', data: { pid: child.pid, path: folder } }),
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(findOwner(folder)).toBeUndefined()
  own(folder).release()
})

test('who asks for the owner at the same moment does not keep a process from becoming it', async () => {
  const folder = newFolder()
  own(folder).release()
  const child = fork(join(import.meta.dirname, '../../fixtures/ask-owner.ts'), [folder])
  await once(child, 'message')
  const ownership = own(folder)
  expect(findOwner(folder)).toMatchObject({ pid: process.pid })
  ownership.release()
  await once(child, 'exit')
})

test.each<[string, (path: string) => void]>([
  ['is no database', (path) => writeFileSync(path, 'a letter to my grandmother'.repeat(20))],
  [
    'has a damaged page',
    (path) => {
      new DatabaseSync(path).exec('CREATE TABLE owner (pid INTEGER NOT NULL)')
      const bytes = readFileSync(path)
      writeFileSync(path, bytes.fill(0xab, 4096))
    },
  ],
  ['holds something else', (path) => new DatabaseSync(path).exec('CREATE TABLE owner (name TEXT)')],
])('a file of the owner that %s may be deleted, and the error says so', async (_what, damage) => {
  const folder = newFolder()
  const path = join(folder, 'owner.db')
  damage(path)
  const damaged = { code: 'OwnerDamaged', data: { path }, help: expect.stringContaining('then delete it') }
  await expect(openTestStore([], { folder })).rejects.toMatchObject(damaged)
  rmSync(path)
  await (await openTestStore([], { folder })).close()
})

test('who asks for the owner is told too that its file is damaged', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'owner.db'), 'a letter to my grandmother'.repeat(20))
  expect(() => findOwner(folder)).toThrow(expect.objectContaining({ code: 'OwnerDamaged' }))
})
