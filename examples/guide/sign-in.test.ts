import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog } from 'heddle'
import type { Client, ClientOptions } from 'heddle/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared, { register, surface } from './sign-in.ts'
import { loadClient, runPage } from './run-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-sign-in-'))
/** How far the server's clock is ahead of the machine's. */
let aheadMs = 0
const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() }
const desk = await declared.open({ folder, ports: { clock, log: memoryLog() } })
const generated = await loadClient(desk)
const { signIn, renew, signOut, writeNote, readNotes } = await generated.domain('desk')
const password = 'correct horse battery'

beforeAll(async () => {
  await desk.start()
  for (const name of ['ann', 'bob']) await desk.callOrThrow(register, { name, password })
})
afterAll(async () => {
  await desk.close({ graceMs: 100 })
  generated[Symbol.dispose]()
  rmSync(folder, { recursive: true, force: true })
})

interface Keys {
  readonly access: string
  readonly refresh: string
}

/** Somebody at a page: the two clients of the guide. */
function visitor(options: ClientOptions = {}) {
  let keys: Keys | undefined
  let renewals = 0
  const url = surface.url!
  const door = generated.createClient({ url })
  const client = generated.createClient({
    url,
    async authorization(again) {
      if (again && keys) {
        renewals++
        const { refresh } = keys
        const renewed = await door.call(renew!, { refresh })
        keys = renewed.ok ? { refresh, ...(renewed.value as Pick<Keys, 'access'>) } : undefined
      }
      return keys && `Bearer ${keys.access}`
    },
    ...options,
  })
  return {
    client,
    get renewals() {
      return renewals
    },
    async signIn(name: string) {
      keys = (await door.callOrThrow(signIn!, { name, password })) as Keys
    },
    async signOut() {
      const signedOut = await door.call(signOut!, { refresh: keys!.refresh })
      keys = undefined
      client.reset()
      return signedOut
    },
    [Symbol.dispose]() {
      client.close()
      door.close()
    },
  }
}

const write = (client: Client, text = 'note') => client.call(writeNote!, { text })
const over = { overWebSocket: () => ({ transport: generated.webSocket() }), overHttp: () => ({}) } as const
const ways = ['overHttp', 'overWebSocket'] as const

test('the code of the page compiles in strict mode, signs in and signs out', { timeout: 60_000 }, async () => {
  expect(await runPage('sign-in.md', desk, surface.url!)).toEqual(['by ann', 'notes 1', 'after false'])
})

test('what shows a secret is told to take no key', () => {
  expect([signIn, renew, signOut, writeNote].map((each) => each!.keyless)).toEqual([true, true, undefined, undefined])
})

test('a wrong password is a declared error, and gives no key', async () => {
  using eve = visitor()
  const refused = await eve.client.call(signIn!, { name: 'ann', password: 'wrong' })
  expect(refused).toMatchObject({ ok: false, errors: [{ code: 'WrongPassword' }] })
  expect(await write(eve.client)).toMatchObject({ ok: false, errors: [{ code: 'Unauthenticated' }] })
})

test('when the key of a call is over, all calls that meet that share one renewal', async () => {
  using ann = visitor()
  await ann.signIn('ann')
  expect(await write(ann.client)).toEqual({ ok: true, value: { by: 'ann' } })
  aheadMs += 6 * 60_000
  const outcomes = await Promise.all([write(ann.client), write(ann.client), write(ann.client)])
  expect([outcomes.every(({ ok }) => ok), ann.renewals]).toEqual([true, 1])
})

test('when the session is over, the call says so, and renewal is not tried without end', async () => {
  using ann = visitor()
  await ann.signIn('ann')
  aheadMs += 31 * 24 * 3_600_000
  expect(await write(ann.client)).toMatchObject({ ok: false, errors: [{ code: 'InvalidCredentials' }] })
  expect(ann.renewals).toBe(1)
})

test.each(ways)(
  'a subscription whose key ends in its midst gets another one and goes on (%s)',
  async (way) => {
    using ann = visitor(over[way]())
    using bob = visitor()
    await Promise.all([ann.signIn('ann'), bob.signIn('bob')])
    const answers = ann.client.live(readNotes!, {})[Symbol.asyncIterator]()
    const first = (await answers.next()).value as { readonly ok: true; readonly value: readonly string[] }
    expect([first.ok, ann.renewals]).toEqual([true, 0])
    const next = answers.next()
    aheadMs += 6 * 60_000
    // Nothing is written before the server has noticed and the client has renewed.
    await expect.poll(() => ann.renewals, { timeout: 10_000 }).toBe(1)
    expect(await write(bob.client, `later ${way}`)).toMatchObject({ ok: true })
    const { value: told } = (await next) as { readonly value: typeof first }
    expect(told.ok && told.value.includes(`later ${way}`)).toBe(true)
    await answers.return!()
  },
  20_000,
)

test.each(ways)('who signs out is nobody: answers are forgotten, calls and subscriptions refused (%s)', async (way) => {
  using ann = visitor(over[way]())
  await ann.signIn('ann')
  const notes = ann.client.query(readNotes!, {})
  expect(await notes.get()).toMatchObject({ ok: true })
  const answers = ann.client.live(readNotes!, {})[Symbol.asyncIterator]()
  await answers.next()
  expect(await ann.signOut()).toMatchObject({ ok: true })
  expect(notes.state().value).toBe(undefined)
  expect(await write(ann.client)).toMatchObject({ ok: false, errors: [{ code: 'Unauthenticated' }] })
  expect(await answers.next()).toMatchObject({ value: { ok: false, errors: [{ code: 'Unauthenticated' }] } })
  expect(await answers.next()).toMatchObject({ done: true })
})

test.each(ways)('who signs in at the same page next calls by their own name, at once (%s)', async (way) => {
  using page = visitor(over[way]())
  await page.signIn('ann')
  expect(await write(page.client)).toMatchObject({ value: { by: 'ann' } })
  // Without a sign-out the first key stays valid: only the client knows that somebody else sits there now.
  await page.signIn('bob')
  page.client.reset()
  expect(await write(page.client)).toMatchObject({ value: { by: 'bob' } })
})
