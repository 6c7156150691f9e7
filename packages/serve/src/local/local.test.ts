import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@heddle/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { shop } from '../../test/shop.ts'
import { callLocally } from './call-locally.ts'
import { isAnswered, listenLocally } from './listen-locally.ts'
import { local } from './local.ts'
import { localSocketPath } from './socket-path.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-local-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function started() {
  const app = await shop(local()).open({ folder })
  await app.start()
  return { app, path: localSocketPath(folder), [Symbol.asyncDispose]: () => app.close({ graceMs: 2000 }) }
}

test('another process of the same user gets the same outcome as a call in process', async () => {
  await using owner = await started()
  const input = { item: 'loom', quantity: 2 }
  expect(await callLocally(owner.path, 'shop.Order', input)).toEqual({ ok: true, value: { item: 'loom', left: 8 } })

  const here = await owner.app.callByName('shop.Order', { item: 'loom', quantity: 12 })
  const there = await callLocally(owner.path, 'shop.Order', { item: 'loom', quantity: 12 })
  expect(JSON.stringify(there)).toBe(JSON.stringify(here))
})

test.each([
  ['the operator when nobody is named', undefined, 'shop.Forget', true],
  ['a principal with the permission', { id: 'ana', permissions: ['shop:forget'] }, 'shop.Forget', true],
  ['a principal without it', { id: 'bö', permissions: ['shop:order'] }, 'shop.Forget', ['Denied']],
  ['somebody whom no record knows', 'eve', 'shop.Greet', ['UnknownPrincipal']],
  ['the app itself', 'app:shop', 'shop.Forget', ['Denied']],
  ['a stranger', null, 'shop.Forget', ['Unauthenticated']],
  ['a stranger at an open door', null, 'shop.Greet', ['InvalidType']],
])('a call is made as %s', async (_, as, name, expected) => {
  await using owner = await started()
  const outcome = await callLocally(owner.path, name, {}, { as })
  expect(outcome.ok || outcome.errors.map(({ code }) => code)).toEqual(expected)
})

test('only its user may use the socket, and it goes away with its owner', async () => {
  const owner = await started()
  expect(statSync(owner.path).mode & 0o777).toBe(0o600)
  expect(await isAnswered(owner.path)).toBe(true)
  await owner.app.close()
  expect(await isAnswered(owner.path)).toBe(false)
  const outcome = await callLocally(owner.path, 'shop.Greet', { name: 'Bo' })
  expect(outcome.ok || outcome.errors.map(({ code }) => code)).toEqual(['Unavailable'])
})

test('a socket that a dead process left is replaced, one that is answered is not', async () => {
  writeFileSync(localSocketPath(folder), '')
  await using owner = await started()
  expect((await callLocally(owner.path, 'shop.Greet', { name: 'Bo' })).ok).toBe(true)
  await expect(listenLocally(owner.app, folder)).rejects.toThrow(`The address ${owner.path} is already in use.`)
  expect((await callLocally(owner.path, 'shop.Greet', { name: 'Bo' })).ok).toBe(true)
})

test('items, progress, text, deadlines and cancelling pass through', async () => {
  await using owner = await started()
  const items: unknown[] = []
  const progress: unknown[] = []
  const counted = await callLocally(
    owner.path,
    'shop.Count',
    { to: '3' },
    {
      from: 'text',
      onItem: (item) => void items.push(item),
      onProgress: (told) => void progress.push(told),
    },
  )
  expect(counted).toEqual({ ok: true, value: { total: 3 } })
  expect(items).toEqual([1, 2, 3].map((n) => ({ n, filler: '' })))
  expect(progress).toEqual([{ done: 2, total: 3 }])

  const late = await callLocally(owner.path, 'shop.Wait', { ms: 3_600_000 }, { deadline: systemClock.now() + 50 })
  expect(late.ok || late.errors.map(({ code }) => code)).toEqual(['DeadlineExceeded'])
  const cancelled = await callLocally(owner.path, 'shop.Wait', { ms: 3_600_000 }, { signal: AbortSignal.timeout(50) })
  expect(cancelled.ok || cancelled.errors.map(({ code }) => code)).toEqual(['Cancelled'])
  await owner.app.close({ graceMs: 60_000 })
})

test('an item callback that throws ends the call and is thrown on', async () => {
  await using owner = await started()
  const onItem = () => {
    throw new Error('the pipe is closed')
  }
  await expect(callLocally(owner.path, 'shop.Count', { to: 100_000 }, { onItem })).rejects.toThrow('the pipe is closed')
  await owner.app.close({ graceMs: 60_000 })
})

test('a process that answers something else is Unavailable, not a crash', async () => {
  const path = localSocketPath(folder)
  const other = createServer((socket) => socket.end('hello')).listen(path)
  const outcome = await callLocally(path, 'shop.Greet', { name: 'Bo' })
  expect(outcome.ok || outcome.errors.map(({ code }) => code)).toEqual(['Unavailable'])
  other.close()
})

test('a folder whose path is too long for a socket has one in the temporary folder', () => {
  expect(localSocketPath('/data/bank', 'linux')).toBe('/data/bank/owner.sock')
  const long = localSocketPath(`/data/${'x'.repeat(120)}`, 'linux')
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(103)
  expect(long).not.toBe(localSocketPath(`/data/${'x'.repeat(121)}`, 'linux'))
  expect(localSocketPath('/data/bank', 'win32')).toMatch(/^\\\\\.\\pipe\\heddle-/)
})
