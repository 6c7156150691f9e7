import { app, memoryLog, type OpenApp } from '@heddle/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { remote } from './remote.ts'

/** The other app in a process of its own, and an app here that calls it. */
async function twoApps(
  use: (shop: OpenApp, other: { word(): Promise<string>; kill(): Promise<unknown> }) => Promise<void>,
) {
  const file = fileURLToPath(new URL('../../test/billing.child.ts', import.meta.url))
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const folder = await mkdtemp(join(tmpdir(), 'heddle-killed-'))
  const word = async () => (await words.next()).value as string
  try {
    const manifest = `${await word()}/_heddle/manifest.json`
    const part = remote('billing', { manifest, allowPrivate: true, retries: 0 })
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

test('an app that is killed in the middle of a call leaves a failure that nobody tries again by itself', () =>
  twoApps(async (shop, other) => {
    const called = shop.callByName('billing.Wait', {})
    expect(await other.word()).toBe('waiting')
    await other.kill()
    expect(await called).toMatchObject({
      ok: false,
      errors: [
        {
          code: 'Unavailable',
          retry: 'never',
          message: 'billing (the connection broke before it answered) cannot be reached.',
        },
      ],
    })
  }))

test('with a key the same failure may be tried again', () =>
  twoApps(async (shop, other) => {
    const called = shop.callByName('billing.Wait', {}, { idempotencyKey: 'k' })
    expect(await other.word()).toBe('waiting')
    await other.kill()
    expect(await called).toMatchObject({ ok: false, errors: [{ code: 'Unavailable', retry: { afterMs: 1000 } }] })
  }))

test('an app that is killed in the middle of a stream ends it with a failure, after the items that came', () =>
  twoApps(async (shop, other) => {
    const items: unknown[] = []
    const outcome = await shop.callByName(
      'billing.Tick',
      {},
      {
        onItem: (async (item: unknown) => {
          items.push(item)
          if (items.length === 3) await other.kill()
        }) as never,
      },
    )
    expect(items).toEqual([0, 1, 2])
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Unavailable', retry: 'never' }] })
  }))
