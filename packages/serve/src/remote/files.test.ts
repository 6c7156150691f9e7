import { type AnyFailure, app, fileFrom, memoryLog, type OpenApp, type Outcome, StreamedFile } from '@heddle/core'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { album, archive, bind, fetchPaper, gate, lines, put, putOwn, store, zeros } from '../../test/archive.ts'
import { http } from '../index.ts'
import { inProcess } from './in-process.ts'
import type { RemoteOptions } from './options.ts'
import { remote } from './remote.ts'

let other: OpenApp
let url: string
let folder: string

beforeAll(async () => {
  const { declared, surface } = archive()
  other = await declared.open({ ports: { log: memoryLog() } })
  await other.start()
  url = surface.url!
  folder = await mkdtemp(join(tmpdir(), 'heddle-remote-files-'))
})
afterAll(async () => {
  await other.close()
  await rm(folder, { recursive: true })
})

async function callerOf(options: Partial<RemoteOptions> = {}) {
  const part = remote('archive', { manifest: `${url}/_heddle/manifest.json`, allowPrivate: true, ...options })
  const open = await app('shop', { parts: [part] }).open({ folder, ports: { log: memoryLog() } })
  return Object.assign(open, { [Symbol.asyncDispose]: () => open.close() })
}

const words = (text: string, facts: ConstructorParameters<typeof StreamedFile>[1] = { type: 'text/plain' }) =>
  fileFrom(Buffer.from(text), facts)
const input = () => ({
  title: '12',
  tags: new Set(['a']),
  either: '7',
  note: 'null',
  due: new Date(0),
  paper: words('hello', { type: 'text/plain', name: 'Grüße "1".txt' }),
})

test('a file goes with the other fields, which stay what they are', async () => {
  await using shop = await callerOf()
  const here = await shop.call(store, input())
  expect(here).toMatchObject({ ok: true, value: { told: { bytes: 5, name: 'Grüße "1".txt' } } })
  expect(here).toEqual(await other.call(store, input()))
})

test('a file that is the whole input is the body, or in a form where it would be taken for JSON', async () => {
  await using shop = await callerOf()
  for (const type of ['image/png', 'application/json', 'application/problem+json']) {
    const file = () => words('{}', { type, name: 'a.x' })
    const here = await shop.call(put, file())
    expect(here).toMatchObject({ ok: true, value: { bytes: 2, type, name: 'a.x' } })
    expect(here).toEqual(await other.call(put, file()))
  }
})

test('several files, lists of them, and those that no form can bring', async () => {
  await using shop = await callerOf()
  const full = {
    cover: { front: words('f'), back: words('b') },
    pages: [words('1'), words('22')],
    marks: { x: words('xyz') },
  }
  const bare = { cover: { front: words('f') }, pages: [], marks: {} }
  for (const given of [full, bare]) {
    const [here, there] = [await shop.call(bind, given), await other.call(bind, given)]
    const sizes = ({ value }: { value: readonly { bytes: number; sha256: string; type: string }[] }) =>
      value.map(({ bytes, sha256, type }) => ({ bytes, sha256, type }))
    expect(sizes(here as never)).toEqual(sizes(there as never))
  }
})

test('a file goes into a streamed answer', async () => {
  await using shop = await callerOf()
  const streamed = shop.stream(lines, { paper: words('a\nb') })
  const items: string[] = []
  for await (const item of streamed) items.push(item)
  expect([items, await streamed.outcome]).toEqual([['a', 'b'], { ok: true, value: { lines: 2 } }])
})

test('a declared error comes although the file was not read', async () => {
  await using shop = await callerOf()
  const paper = new StreamedFile(() => zeros(20_000_000), { type: 'text/plain' })
  expect(await shop.call(store, { ...input(), title: 'full', paper })).toMatchObject({ errors: [{ code: 'Full' }] })
})

test('the rules of a file are held here as there, before anything is sent and while it is', async () => {
  await using shop = await callerOf()
  const told = (outcome: Outcome<unknown, AnyFailure>) => (outcome.ok ? [] : outcome.errors.map(({ key }) => key))
  for (const paper of [
    words('x', { type: 'video/mp4' }),
    new StreamedFile(() => zeros(1), { type: 'text/plain', sizeBytes: 500_000_000 }),
  ]) {
    const here = told(await shop.call(store, { ...input(), paper }))
    expect(here).toEqual(told(await other.call(store, { ...input(), paper })))
    expect(here).toHaveLength(1)
  }
  const grown = new StreamedFile(() => zeros(101 * 1024 * 1024))
  expect(await shop.call(lines, { paper: grown })).toMatchObject({
    errors: [{ code: 'TooLarge', data: { name: 'file.maxBytes' } }],
  })
})

test('a file that the app itself cannot read is its defect, and no trouble of the other app', async () => {
  await using shop = await callerOf()
  const broken = new StreamedFile(async function* () {
    yield new Uint8Array(10)
    throw new Error('the disk is gone')
  })
  expect(await shop.call(put, broken)).toMatchObject({ errors: [{ code: 'Internal' }] })
})

test('while the other app does not read, nothing more is made', async () => {
  await using shop = await callerOf()
  const { promise, resolve } = Promise.withResolvers<void>()
  gate.open = promise
  let made = 0
  const called = shop.call(put, new StreamedFile(() => zeros(100_000_000, (size) => void (made += size))))
  for (let turn = 0; turn < 3000; turn++) await new Promise((next) => setImmediate(next))
  expect(made).toBeGreaterThan(0)
  expect(made).toBeLessThan(20_000_000)
  resolve()
  expect(await called).toMatchObject({ ok: true, value: { bytes: 100_000_000 } })
})

test('after a connection that broke, a file is sent again from its beginning, under a key and if it can be read again', async () => {
  // In between: it breaks the first connection in the middle of the file.
  let broken = 0
  const between = createServer((incoming) => {
    incoming.on('error', () => undefined)
    if (broken === 0) {
      incoming.once('data', () => {
        broken++
        incoming.destroy()
      })
      return
    }
    const onward = connect(Number(new URL(url).port), '127.0.0.1').on('error', () => incoming.destroy())
    incoming.pipe(onward).pipe(incoming)
  })
  await once(between.listen(0, '127.0.0.1'), 'listening')
  const port = (between.address() as AddressInfo).port
  const shop = await callerOf({ url: `http://127.0.0.1:${port}`, manifest: other.manifest })
  let begun = 0
  const bytes = () => {
    begun++
    return zeros(10_000_000)
  }
  const again = new StreamedFile(bytes, {}, { isRepeatable: true })
  expect(await shop.call(put, again, { idempotencyKey: 'k' })).toMatchObject({ value: { bytes: 10_000_000 } })
  expect([begun, broken]).toEqual([2, 1])
  broken = 0
  expect(await shop.call(put, new StreamedFile(bytes), { idempotencyKey: 'l' })).toMatchObject({
    errors: [{ code: 'Unavailable', retry: 'never' }],
  })
  expect([begun, broken]).toEqual([3, 1])
  await shop.close()
  between.close()
})

test('a file is sent again after credentials were refused, if it can be read again', async () => {
  const authorization: RemoteOptions['authorization'] = ({ refused }) => (refused ? 'Bearer new' : 'Bearer old')
  await using shop = await callerOf({ authorization })
  expect(await shop.call(putOwn, words('again'))).toMatchObject({ ok: true, value: { bytes: 5 } })
  const once = new StreamedFile(() => zeros(5))
  expect(await shop.call(putOwn, once)).toMatchObject({ errors: [{ code: 'Unauthenticated' }] })
})

test.each([false, true])('a file comes with what is known of it (passing once: %s)', async (once) => {
  await using shop = await callerOf()
  for (const type of ['text/plain', 'application/json']) {
    const [here, there] = await Promise.all(
      [shop, other].map(async (open) => {
        const outcome = await open.call(fetchPaper, { bytes: 100_000, type, once })
        if (!outcome.ok) throw new Error('no file')
        return {
          ...outcome.value.toJSON(),
          content: Buffer.from(await outcome.value.bytes()).equals(Buffer.alloc(100_000)),
        }
      }),
    )
    expect(here).toEqual(there)
    expect(here).toMatchObject({ content: true, type })
  }
  expect(await shop.call(fetchPaper, { bytes: 0 })).toMatchObject({ errors: [{ code: 'Gone' }] })
})

test('files inside of a value are files', async () => {
  await using shop = await callerOf()
  const outcome = await shop.call(album, {})
  if (!outcome.ok) throw new Error('no album')
  const { cover, pages } = outcome.value
  expect([await cover!.text(), cover!.type, await pages[0]!.text()]).toEqual(['front', 'text/plain', '1'])
})

test('who leaves a file early gives its connection back', async () => {
  await using shop = await callerOf({ connections: 1 })
  for (let time = 0; time < 3; time++) {
    const outcome = await shop.call(fetchPaper, { bytes: 50_000_000, once: true })
    if (!outcome.ok) throw new Error('no file')
    for await (const chunk of outcome.value.stream()) if (chunk.byteLength > 0) break
  }
  expect(await shop.call(lines, { paper: words('x') })).toMatchObject({ ok: true })
})

test('a file that nobody holds any more gives its connection back, though nobody has read it', async () => {
  await using shop = await callerOf({ connections: 1 })
  // In a function of its own, so that nothing of it stays on the stack.
  const forget = async () => (await shop.call(fetchPaper, { bytes: 50_000_000, once: true })).ok
  expect(await forget()).toBe(true)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('globalThis.gc') as () => void
  let isOver = false
  const next = shop.call(fetchPaper, { bytes: 0 }).finally(() => (isOver = true))
  while (!isOver) {
    collect()
    await new Promise((turn) => setImmediate(turn))
  }
  expect(await next).toMatchObject({ errors: [{ code: 'Gone' }] })
})

test('an answer that comes before the file was sent is heard, each time', async () => {
  await using shop = await callerOf()
  const calls = Array.from({ length: 40 }, async (_, index) => {
    const paper = new StreamedFile(() => zeros(30_000_000), { type: 'text/plain' })
    const outcome = await (index % 2 === 0
      ? shop.call(store, { ...input(), title: 'full', paper })
      : shop.call(putOwn, paper))
    return outcome.ok || outcome.errors.map(({ code }) => code).join(', ')
  })
  expect(await Promise.all(calls)).toEqual(calls.map((_, index) => (index % 2 === 0 ? 'Full' : 'Unauthenticated')))
})

test('what comes over HTTP here is handed on as it comes, and so is what goes back', async () => {
  const part = remote('archive', { manifest: other.manifest, url, allowPrivate: true, access: 'public' })
  const surface = http({ port: 0 })
  const shop = await app('shop', { parts: [part, surface] }).open({ ports: { log: memoryLog() } })
  await shop.start()
  const headers = { 'content-type': 'image/png', 'content-disposition': 'attachment; filename="a.png"' }
  const sent = await fetch(`${surface.url!}/archive/Put`, {
    method: 'POST',
    headers,
    body: new Blob([new Uint8Array(9_000_000)]),
  })
  expect(await sent.json()).toMatchObject({ bytes: 9_000_000, type: 'image/png', name: 'a.png' })
  const came = await fetch(`${surface.url!}/archive/Fetch?bytes=9000000&once=true`)
  expect([came.headers.get('content-type'), (await came.bytes()).byteLength]).toEqual(['text/plain', 9_000_000])
  await shop.close()
})

test('between apps of one process files go as they are', async () => {
  const part = remote('archive', { manifest: other.manifest, url, allowPrivate: true })
  const shop = await app('shop', { parts: [inProcess(part, other)] }).open({ ports: { log: memoryLog() } })
  expect(await shop.call(store, input())).toEqual(await other.call(store, input()))
  const outcome = await shop.call(fetchPaper, {})
  expect(outcome.ok && (await outcome.value.bytes()).byteLength).toBe(10)
  await shop.close()
})
