import { type OpenApp, StreamedFile } from '@heddle/core'
import { expect, test } from 'vitest'
import { fetchPaper, memory, put, zeros } from '../../test/archive.ts'
import { besideOther, type OtherApp } from '../../test/other-app.ts'

const twoApps = (mode: 'read' | 'hold', use: (shop: OpenApp, other: OtherApp) => Promise<void>) =>
  besideOther('archive', { args: [mode], timeout: '2m' }, use)

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
