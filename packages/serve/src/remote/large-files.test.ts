import { app, memoryLog, type OpenApp, StreamedFile } from '@heddle/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fetchPaper, memory, put, zeros } from '../../test/archive.ts'
import { remote } from './remote.ts'

/** The other app in a process of its own, and an app here that calls it. */
async function twoApps(
  mode: 'read' | 'hold',
  use: (shop: OpenApp, other: { word(): Promise<string>; kill(): Promise<unknown> }) => Promise<void>,
) {
  const file = fileURLToPath(new URL('../../test/archive.child.ts', import.meta.url))
  const child = spawn(process.execPath, [file, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const folder = await mkdtemp(join(tmpdir(), 'heddle-archive-'))
  const word = async () => (await words.next()).value as string
  try {
    const url = await word()
    const part = remote('archive', { manifest: `${url}/_heddle/manifest.json`, allowPrivate: true, timeout: '2m' })
    const shop = await app('shop', { parts: [part] }).open({ folder, ports: { log: memoryLog() } })
    await use(shop, {
      word,
      kill: () => {
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        return exited
      },
    })
    await shop.close()
  } finally {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true })
  }
}

const size = 200_000_000
const bound = 100_000_000

test('a file of 200 MB goes up and down in little memory on both sides', { timeout: 120_000 }, () =>
  twoApps('read', async (shop) => {
    const most = async () => {
      const outcome = await shop.call(memory, {})
      return outcome.ok ? outcome.value : Number.NaN
    }
    // What a first, small one loads is no part of it.
    await shop.call(put, new StreamedFile(() => zeros(1_000_000)))
    const there = await most()
    const here = process.memoryUsage().rss
    let highest = here
    const note = () => void (highest = Math.max(highest, process.memoryUsage().rss))

    const sent = await shop.call(put, new StreamedFile(() => zeros(size, note)))
    expect(sent).toMatchObject({ ok: true, value: { bytes: size } })

    const came = await shop.call(fetchPaper, { bytes: size, once: true })
    let bytes = 0
    if (came.ok) {
      for await (const chunk of came.value.stream()) {
        bytes += chunk.byteLength
        note()
      }
    }
    expect(bytes).toBe(size)
    expect(highest - here).toBeLessThan(bound)
    expect((await most()) - there).toBeLessThan(bound)
  }),
)

test.each([
  ['a file that passes once', false, { idempotencyKey: 'k' }],
  ['a file of a call without a key', true, {}],
])('an app that is killed while %s goes up leaves a failure, and nobody tries again', (_, isRepeatable, options) =>
  twoApps('hold', async (shop, other) => {
    let ended = 0
    const bytes = async function* () {
      try {
        yield* zeros(size)
      } finally {
        ended++
      }
    }
    const called = shop.call(put, new StreamedFile(bytes, {}, { isRepeatable }), options)
    expect(await other.word()).toBe('uploading')
    await other.kill()
    expect(await called).toMatchObject({
      ok: false,
      errors: [{ code: 'Unavailable', retry: 'never', data: { what: expect.stringContaining('broke') } }],
    })
    expect(ended).toBe(1)
  }),
)

test('with a key and a file that can be read again the same failure may be tried again', () =>
  twoApps('hold', async (shop, other) => {
    let begun = 0
    const bytes = () => {
      begun++
      return zeros(size)
    }
    const called = shop.call(put, new StreamedFile(bytes, {}, { isRepeatable: true }), { idempotencyKey: 'k' })
    expect(await other.word()).toBe('uploading')
    await other.kill()
    // Nobody is there any more, so the attempts after the first one send nothing.
    expect(await called).toMatchObject({ ok: false, errors: [{ code: 'Unavailable', retry: { afterMs: 1000 } }] })
    expect(begun).toBe(1)
  }))

test('an app that is killed while a file comes down ends it with a failure for its reader', () =>
  twoApps('read', async (shop, other) => {
    const outcome = await shop.call(fetchPaper, { bytes: size, once: true })
    if (!outcome.ok) throw new Error('no file')
    let bytes = 0
    const reading = (async () => {
      for await (const chunk of outcome.value.stream()) {
        if (bytes === 0) await other.kill()
        bytes += chunk.byteLength
      }
    })()
    await expect(reading).rejects.toMatchObject({ code: 'Unavailable', retry: 'never' })
    expect(bytes).toBeLessThan(size)
  }))
