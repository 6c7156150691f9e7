import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-history-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(import.meta.dirname, '../../fixtures/hotel.ts')
const key = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString('base64')}`

async function heddle(line: string, keys = key('k1', 1)) {
  const io = memoryIo()
  const environment = { HEDDLE_KEYS: keys }
  const around = { io, cwd: folder, environment, signal: new AbortController().signal, entry: 'unused' }
  const code = await main([...line.split(' '), '--app', file, '--folder', join(folder, 'data')], around)
  return { code, out: io.text(), err: io.errors() }
}

test('calls are listed and shown on the command line, and encrypted anew with another key', async () => {
  expect((await heddle('history list --command hotel.Greet')).out).toBe('there are no calls\n')
  await heddle('call hotel.Greet --name Ada')
  await heddle('call hotel.Greet --name Nobody')
  const { out } = await heddle('history list --command hotel.Greet --since 1h')
  expect(out).toMatch(/hotel\.Greet +\S+ +cli +[\d.]+ +ok/)
  expect(out).toContain('Unknown')
  expect(out).not.toMatch(/Ada|Nobody/)
  expect((await heddle('history list --until 1h')).out).toBe('there are no calls\n')
  expect(await heddle('history list --since soon')).toMatchObject({ code: 64 })
  const page = await heddle('history list --command hotel.Greet --limit 1')
  expect(page.out).toMatch(
    /There are more: heddle history list --command hotel\.Greet --limit 1 --app \S+ --folder \S+ --after \S+\n$/,
  )

  const { calls } = JSON.parse((await heddle('history list --code Unknown --json')).out) as { calls: { id: string }[] }
  const shown = await heddle(`history show ${calls[0]!.id}`)
  expect(shown.out).toMatch(/^hotel\.Greet by \S+ over cli, [^]*it ended with domain:Unknown\n[^]*"name": "•••"/)
  expect(await heddle('history show nothing')).toMatchObject({ code: 65 })

  const rotated = await heddle('keys rotate-data', `${key('k2', 2)},${key('k1', 1)}`)
  expect(rotated.out).toMatch(/^2 rows are now encrypted with the key k2\n/)
  const again = await heddle('keys rotate-data', key('k2', 2))
  expect(again.out).toMatch(/^0 rows are now encrypted with the key k2\n/)
})
