import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, file, fileFrom } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { callLocally } from '../local/call-locally.ts'
import { listenLocally } from '../local/listen-locally.ts'
import { callCommand } from './call-command.ts'
import { memoryIo } from './io.ts'
import { appTarget } from './target.ts'

const measure = command('gallery.Measure', {
  input: z.object({ title: z.string(), photo: file({ types: ['image/*'] }) }),
  output: z.object({ name: z.string().optional(), type: z.string(), text: z.string() }),
  access: 'public',
  run: async ({ input: { photo } }) => ({ name: photo.name, type: photo.type, text: await photo.text() }),
})
const folder = mkdtempSync(join(tmpdir(), 'heddle-files-'))
const path = join(folder, 'cat.png')
beforeAll(() => writeFileSync(path, 'a cat'))
const gallery = await app('gallery', { parts: [measure] }).open()
afterAll(async () => {
  await gallery.close()
  rmSync(folder, { recursive: true })
})

async function run(...argv: string[]) {
  const io = memoryIo()
  const code = await callCommand(appTarget(gallery), 'gallery.Measure', argv, { io })
  return { code, out: io.text(), err: io.errors() }
}

test('a flag takes a file by its path, with the type of its name', async () => {
  const { code, out } = await run('--title', 'x', '--photo', `@${path}`, '--json')
  expect([code, JSON.parse(out)]).toMatchObject([0, { value: { name: 'cat.png', type: 'image/png', text: 'a cat' } }])
})

test('a flag takes a file as a data: URL', async () => {
  const { code, out } = await run('--title', 'x', '--photo', 'data:image/gif;base64,YSBjYXQ=', '--json')
  expect([code, JSON.parse(out)]).toMatchObject([0, { value: { type: 'image/gif', text: 'a cat' } }])
})

test('a file that is not there, and one of another type, are told', async () => {
  const missing = await run('--title', 'x', '--photo', '@/nowhere/cat.png')
  expect([missing.code, missing.err]).toEqual([64, expect.stringContaining('/nowhere/cat.png cannot be read (ENOENT)')])
  const text = join(folder, 'cat.txt')
  writeFileSync(text, 'a cat')
  expect((await run('--title', 'x', '--photo', `@${text}`)).code).toBe(65)
})

test('a file goes through the socket of a data folder', async () => {
  const listener = await listenLocally(gallery, folder)
  const photo = fileFrom(Buffer.from('a cat'), { name: 'cat.png', type: 'image/png' })
  expect(await callLocally(listener.path, 'gallery.Measure', { title: 'x', photo })).toEqual({
    ok: true,
    value: { type: 'image/png', text: 'a cat' },
  })
  await listener.close()
})
