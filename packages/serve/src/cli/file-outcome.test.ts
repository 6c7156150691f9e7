import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, file, stream, StreamedFile } from '@heddle/core'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { callLocally } from '../local/call-locally.ts'
import { listenLocally } from '../local/listen-locally.ts'
import { callCommand } from './call-command.ts'
import { memoryIo } from './io.ts'
import { appTarget } from './target.ts'

const picture = () =>
  new StreamedFile(
    async function* () {
      yield Buffer.from('a c')
      yield Buffer.from('at')
    },
    { name: 'cat.png', type: 'image/png' },
  )
const show = command('gallery.Show', {
  kind: 'query',
  input: z.object({ breaks: z.boolean().default(false) }),
  output: file(),
  access: 'public',
  run: ({ input: { breaks } }) =>
    breaks
      ? new StreamedFile(async function* () {
          yield Buffer.from('half')
          throw new Error('the disk is gone')
        })
      : picture(),
})
const album = command('gallery.Album', {
  input: z.object({}),
  output: z.object({ pages: z.array(file()) }),
  access: 'public',
  run: () => ({ pages: [picture()] }),
})
const pages = command('gallery.Pages', {
  input: z.object({}),
  output: stream(file(), z.object({})),
  access: 'public',
  async *run() {
    yield picture()
    return {}
  },
})
const folder = mkdtempSync(join(tmpdir(), 'heddle-out-'))
const gallery = await app('gallery', { parts: [show, album, pages] }).open()
const server = await listenLocally(gallery, folder)
afterAll(async () => {
  await server.close()
  await gallery.close()
  rmSync(folder, { recursive: true })
})
const there: ReturnType<typeof appTarget> = {
  ...appTarget(gallery),
  call: (name, input, { onItem }) =>
    callLocally(server.path, name, input, { onItem: onItem as (item: unknown) => void }),
}

async function run(target: ReturnType<typeof appTarget>, name: string, ...argv: string[]) {
  const io = memoryIo()
  const code = await callCommand(target, name, [...argv, '--json'], { io })
  const lines = io.text().trim().split('\n')
  return { code, said: lines.map((line) => JSON.parse(line) as unknown), err: io.errors() }
}
const ways: [string, ReturnType<typeof appTarget>][] = [
  ['in this process', appTarget(gallery)],
  ['in the process that owns the data', there],
]

test.each(ways)('%s: --out writes the file, and what is known of it is printed', async (_, target) => {
  const path = join(folder, 'out.png')
  const { code, said } = await run(target, 'gallery.Show', '--out', path)
  expect([code, said]).toMatchObject([0, [{ ok: true, value: { type: 'image/png' } }]])
  expect(readFileSync(path, 'utf8')).toBe('a cat')
})

test.each(ways)('%s: files inside of values and items are data: URLs', async (_, target) => {
  const url = `data:image/png;base64,${Buffer.from('a cat').toString('base64')}`
  expect((await run(target, 'gallery.Album')).said).toEqual([{ ok: true, value: { pages: [url] } }])
  expect((await run(target, 'gallery.Pages')).said).toEqual([{ item: url }, { ok: true, value: {} }])
})

test('a place that takes no file, and a command that gives none, are told', async () => {
  mkdirSync(join(folder, 'taken'))
  const taken = await run(appTarget(gallery), 'gallery.Show', '--out', join(folder, 'taken'))
  expect([taken.code, taken.err]).toEqual([64, expect.stringContaining('cannot be written (EISDIR)')])
  const nowhere = await run(appTarget(gallery), 'gallery.Show', '--out', '/nowhere/cat.png')
  expect([nowhere.code, nowhere.err]).toEqual([64, expect.stringContaining('cannot be written (ENOENT)')])
  expect((await run(appTarget(gallery), 'gallery.Album', '--out', 'x')).code).toBe(64)
})

test('a file that breaks off leaves nothing behind', async () => {
  const path = join(folder, 'half.png')
  await expect(run(appTarget(gallery), 'gallery.Show', '--breaks', '--out', path)).rejects.toThrow('the disk is gone')
  expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([])
})
