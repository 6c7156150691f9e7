import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('makes all folders that are missing, and leaves those that are there', async () => {
  const folder = join(root, 'a', 'b', 'c')
  await makeFolder(folder)
  await makeFolder(folder)
  expect(statSync(folder).isDirectory()).toBe(true)
})

test('many at once make the same folder', async () => {
  const folder = join(root, 'd', 'e', 'f')
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(folder)))
  expect(statSync(folder).isDirectory()).toBe(true)
})

test('a link to a folder is a folder', async () => {
  await makeFolder(join(root, 'target'))
  symlinkSync(join(root, 'target'), join(root, 'link'))
  await makeFolder(join(root, 'link', 'inside'))
  expect(existsSync(join(root, 'target', 'inside'))).toBe(true)
})

test.each([
  ['a file in its place', 'file', 'EEXIST'],
  ['a file above it', 'file/below', 'ENOTDIR'],
  ['a link to nowhere above it', 'nowhere/below', 'EEXIST'],
])('%s is told with the folder', async (_name, path, code) => {
  writeFileSync(join(root, 'file'), '')
  rmSync(join(root, 'nowhere'), { force: true })
  symlinkSync(join(root, 'not there'), join(root, 'nowhere'))
  await expect(makeFolder(join(root, path))).rejects.toMatchObject({
    code: 'InvalidConfig',
    data: {
      reason: expect.stringMatching(new RegExp(`^the folder ${root}/\\w+(?:/below)? cannot be made \\(${code}\\)$`)),
    },
  })
})

// Node's own recursive way spins for ever there.
test.runIf(existsSync('/proc/self'))(
  'a place in which nothing can be made is told, and not tried for ever',
  async () => {
    await expect(makeFolder('/proc/heddle/data')).rejects.toMatchObject({
      code: 'InvalidConfig',
      data: { reason: 'the folder /proc/heddle cannot be made (ENOENT)' },
    })
  },
)
