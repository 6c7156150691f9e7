import { app, command, file, fileFrom, fromCaller, memoryPrincipals, type Principal, ref } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { entity, repository, sqlite } from '@heddle/data'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { later, nothing, queue, runOperations, workflow } from '../index.ts'

const Box = entity('post.Box', { key: 'id', fields: { id: z.string(), owner: z.string() } })
const Boxes = repository(Box)
const post = queue('post', { concurrency: 2 })

const calls: unknown[] = []
const send = command('post.Send', {
  summary: 'Send a parcel',
  input: z.object({
    to: z.string().transform((to) => `${to}!`),
    on: z.date().optional(),
    by: fromCaller(z.string().optional(), ({ principal }) => principal?.id),
    fails: z.boolean().default(false),
  }),
  output: z.object({ sent: z.string() }),
  errors: { Refused: z.object({ to: z.string() }) },
  access: 'post:send',
  run({ input, fail, ctx }) {
    calls.push({ ...input, as: ctx.principal?.id })
    return input.fails ? fail.Refused({ to: input.to }) : { sent: input.to }
  },
})
const greet = command('post.Greet', {
  input: z.object({}),
  output: z.string(),
  access: 'public',
  run: ({ ctx }) => ctx.principal?.id ?? 'nobody',
})
const open = command('post.OpenBox', {
  input: z.object({ box: ref(Box) }),
  output: z.string(),
  access: ({ principal }, { box }: { box: { owner: string } }) => box.owner === principal?.id,
  uses: [Boxes],
  run: ({ input: { box } }) => box.owner,
})
const give = command('post.GiveBox', {
  input: z.object({ id: z.string(), owner: z.string() }),
  output: nothing,
  uses: [Boxes],
  async run({ input: { id, owner }, ctx }) {
    const boxes = ctx.use(Boxes)
    const box = await boxes.get(id)
    if (box) boxes.update(box, { owner })
    else boxes.insert({ id, owner })
    return {}
  },
})
const weigh = command('post.Weigh', {
  input: z.object({ parcel: file() }),
  output: z.int(),
  access: 'public',
  run: async ({ input: { parcel } }) => (await parcel.bytes()).length,
})
const tour = workflow('post.Tour', {
  input: z.object({ days: z.int() }),
  output: z.int(),
  access: 'post:send',
  run: async ({ input: { days } }) => days,
})

const sendLater = later(send, { queue: post })
const greetLater = later(greet)
const openLater = later(open, { accessTo: { get: 'public' } })
const weighLater = later(weigh)
const tourLater = later(tour)

const ann: Principal = { id: 'ann', permissions: ['post:send'] }
const hourMs = 3_600_000
const noon = Date.parse('2026-11-21T12:00:00Z')

/** @param may what those may who have a record */
async function opened(may: Readonly<Record<string, readonly string[]>> = {}) {
  calls.length = 0
  const { clock, timers, ...time } = createVirtualTime(noon)
  const parts = [sendLater, greetLater, openLater, weighLater, tourLater, give]
  const declared = app('post', { parts, database: sqlite().simulated!() })
  const known = { ...may }
  const principals = {
    ...memoryPrincipals(),
    resolve: (id: string) => (known[id] ? { id, permissions: known[id] } : undefined),
  }
  const folder = mkdtempSync(join(tmpdir(), 'heddle-later-'))
  const running = await declared.open({ folder, ports: { clock, timers, principals } })
  await running.start()
  const ended = async <Value>(ending: Promise<Value>): Promise<Value> => {
    let over = false
    void ending.catch(() => undefined).finally(() => (over = true))
    for (await settled(); !over; await settled()) await time.advanceTo(time.next() ?? clock.now())
    return ending
  }
  return { app: running, time: { ...time, clock }, known, ended, close: () => ended(running.close()) }
}

test('a command is called after a delay, as whoever asked, with its input as it was given', async () => {
  const { app, time, ended, close } = await opened()
  const asked = { input: { to: 'bob', on: '2026-12-24T18:00:00Z' }, delay: '2h' }
  const { run, state } = await app.callOrThrow(sendLater.command, asked as never, { as: ann, from: 'json' })
  expect(state).toBe('ready')
  expect(await app.callOrThrow(sendLater.ways.status, { run }, { as: ann })).toMatchObject({
    workflow: 'post.Send',
    queue: 'post',
    startsAt: '2026-11-21T14:00:00.000Z',
  })
  await time.advance(2 * hourMs - 1)
  expect(calls).toEqual([])
  expect(await ended(app.call(sendLater.ways.awaits, { run }, { as: ann }))).toEqual({
    ok: true,
    value: { sent: 'bob!' },
  })
  expect(calls).toEqual([{ to: 'bob!', on: new Date('2026-12-24T18:00:00Z'), by: 'ann', fails: false, as: 'ann' }])
  await close()
})

test('a time is kept to, and a job is watched to its end', async () => {
  const { app, ended, close } = await opened()
  const at = new Date(noon + 60_000)
  const { run } = await app.callOrThrow(sendLater.command, { input: { to: 'bob' }, at }, { as: ann })
  const watched = app.stream(sendLater.ways.watch, { run }, { as: ann })
  const states: string[] = []
  const reading = (async () => {
    for await (const { state } of watched) states.push(state)
  })()
  await ended(reading)
  expect(states[0]).toBe('ready')
  expect(await watched.outcome).toMatchObject({ ok: true, value: { state: 'succeeded', value: { sent: 'bob!' } } })
  await close()
})

test('what the command fails with is what awaiting its job ends with', async () => {
  const { app, ended, close } = await opened()
  const { run } = await app.callOrThrow(sendLater.command, { input: { to: 'bob', fails: true } }, { as: ann })
  const outcome = await ended(app.call(sendLater.ways.awaits, { run }, { as: ann }))
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Refused', data: { to: 'bob!' } }] })
  await close()
})

test('the idempotency key, or the key of the input, is the identity of the job', async () => {
  const { app, ended, close } = await opened()
  const keyed = { as: ann, idempotencyKey: 'k1' }
  const ask = (to: string, key?: string) => app.call(sendLater.command, { input: { to }, delay: '1h', key }, keyed)
  const first = await ask('bob')
  const { run } = first.ok ? first.value : expect.fail()
  expect(await ask('bob')).toEqual(first)
  expect(await ask('eve')).toMatchObject({ ok: false, errors: [{ code: 'KeyReused' }] })
  const own = { input: { to: 'bob' }, delay: '1h', key: 'k1' }
  expect(await app.callOrThrow(sendLater.command, own, { as: ann })).toMatchObject({ run })
  expect((await app.callOrThrow(sendLater.command, own, { as: { ...ann, id: 'bob' } })).run).not.toBe(run)
  await ended(app.call(sendLater.ways.awaits, { run }, { as: ann }))
  expect(calls.filter((call) => (call as { by: string }).by === 'ann')).toHaveLength(1)
  await close()
})

test('under one key a call at once and a job are one call, whichever comes first', async () => {
  const { app, ended, close } = await opened()
  const keyed = (idempotencyKey: string) => ({ as: ann, idempotencyKey })
  const job = async (key: string, fails = false) => {
    const input = { to: 'bob', fails }
    const { run } = await app.callOrThrow(sendLater.command, { input, delay: '1h' }, keyed(key))
    return run
  }
  const end = (run: string) => ended(app.call(sendLater.ways.awaits, { run }, { as: ann }))

  const first = await job('k1')
  expect(await app.call(send, { to: 'bob' }, keyed('k1'))).toEqual({ ok: true, value: { sent: 'bob!' } })
  expect(await end(first)).toEqual({ ok: true, value: { sent: 'bob!' } })
  const status = await app.callOrThrow(sendLater.ways.status, { run: first }, { as: ann })
  expect(status).toMatchObject({ state: 'succeeded', value: { sent: 'bob!' } })
  expect(calls).toHaveLength(1)

  await end(await job('k2'))
  expect(await app.call(send, { to: 'bob' }, keyed('k2'))).toEqual({ ok: true, value: { sent: 'bob!' } })
  expect(await app.call(send, { to: 'eve' }, keyed('k2'))).toMatchObject({ errors: [{ code: 'KeyReused' }] })
  expect(calls).toHaveLength(2)

  const failing = await job('k3', true)
  const refused = await app.call(send, { to: 'bob', fails: true }, keyed('k3'))
  expect(refused).toMatchObject({ errors: [{ code: 'Refused' }] })
  expect(await end(failing)).toMatchObject({ errors: [{ code: 'Refused', data: { to: 'bob!' } }] })
  expect(calls).toHaveLength(3)
  await close()
})

test('a job is cancelled before its time, and looked after only by those who may', async () => {
  const { app, ended, close } = await opened()
  const { run } = await app.callOrThrow(sendLater.command, { input: { to: 'bob' }, delay: '7d' }, { as: ann })
  const eve = { as: { id: 'eve', permissions: [] } }
  expect(await app.call(sendLater.ways.cancel, { run }, eve)).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  await app.callOrThrow(sendLater.ways.cancel, { run }, { as: ann })
  const outcome = await ended(app.call(sendLater.ways.awaits, { run }, { as: ann }))
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'RunCancelled' }] })
  expect(await app.call(greetLater.ways.status, { run }, eve)).toMatchObject({ errors: [{ code: 'RunNotFound' }] })
  expect(calls).toEqual([])
  await close()
})

test('an input that the command refuses is refused at once, and so are a time beside a delay and a stranger', async () => {
  const { app, close } = await opened()
  const ask = (input: object, as: Principal | null = ann) =>
    app.call(sendLater.command, input as never, { as, from: 'json' })
  expect(await ask({ input: { to: 7 } })).toMatchObject({ errors: [{ code: 'InvalidType', path: ['input', 'to'] }] })
  expect(await ask({ input: { to: 'a', extra: 1 } })).toMatchObject({ errors: [{ code: 'UnrecognizedKeys' }] })
  expect(await ask({ input: { to: 'a', by: 'eve' } })).toMatchObject({ errors: [{ code: 'UnrecognizedKeys' }] })
  expect(await ask({ input: { to: 'a' }, delay: 'soon' })).toMatchObject({ errors: [{ path: ['delay'] }] })
  const both = { input: { to: 'a' }, delay: '1h', at: '2026-12-24T18:00:00Z' }
  expect(await ask(both)).toMatchObject({ errors: [{ path: ['delay'] }] })
  expect(await ask({ input: { to: 'a' } }, null)).toMatchObject({ errors: [{ code: 'Unauthenticated' }] })
  expect(await ask({ input: { to: 'a' } }, { ...ann, permissions: [] })).toMatchObject({ errors: [{ code: 'Denied' }] })
  await close()
})

test('who may not any more when the job runs has it parked, and it goes on when he may again', async () => {
  const { app, time, known, ended, close } = await opened({ ann: ['post:send'] })
  const { run } = await app.callOrThrow(sendLater.command, { input: { to: 'bob' }, delay: '1h' }, { as: ann })
  known.ann = []
  await time.advance(2 * hourMs)
  expect(await app.callOrThrow(sendLater.ways.status, { run })).toMatchObject({
    state: 'parked',
    because: 'Denied: it needs the permission post:send',
  })
  expect(calls).toEqual([])
  known.ann = ['post:send']
  await app.callOrThrow(runOperations.resumeRun, { run })
  expect(await ended(app.call(sendLater.ways.awaits, { run }))).toEqual({ ok: true, value: { sent: 'bob!' } })
  await close()
})

test('a rule sees the records when it is asked for, and again when it runs', async () => {
  const { app, time, ended, close } = await opened({ ann: [], bob: [] })
  await app.callOrThrow(give, { id: 'b1', owner: 'ann' })
  const ask = (id: string) =>
    app.call(openLater.command, { input: { box: 'b1' }, delay: '1h' }, { as: { id, permissions: [] } })
  expect(await ask('bob')).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
  const [first, second] = [await ask('ann'), await ask('ann')].map((asked) => (asked.ok ? asked.value.run : ''))
  expect(await app.call(openLater.ways.awaits, { run: first! }, { as: ann })).toMatchObject({
    errors: [{ code: 'Denied' }],
  })
  await ended(app.call(openLater.ways.awaits, { run: first! }))
  expect(await app.callOrThrow(openLater.ways.status, { run: first! }, { as: null })).toMatchObject({ value: 'ann' })
  const third = await ask('ann')
  await app.callOrThrow(give, { id: 'b1', owner: 'bob' })
  await time.advance(2 * hourMs)
  const { run } = third.ok ? third.value : expect.fail()
  expect(await app.callOrThrow(openLater.ways.status, { run })).toMatchObject({ state: 'parked', because: /Denied/ })
  expect(second).not.toBe(first)
  await close()
})

test('what a stranger asks for is done as a stranger', async () => {
  const { app, ended, close } = await opened()
  const { run } = await app.callOrThrow(greetLater.command, { input: {} }, { as: null })
  expect(await ended(app.call(greetLater.ways.awaits, { run }, { as: null }))).toEqual({ ok: true, value: 'nobody' })
  await close()
})

test('a file waits with its job', async () => {
  const { app, ended, close } = await opened()
  const parcel = fileFrom(new Uint8Array(300_000))
  const keyed = { as: null, idempotencyKey: 'k1' }
  const { run } = await app.callOrThrow(weighLater.command, { input: { parcel }, delay: '1h' }, keyed)
  expect(await ended(app.call(weighLater.ways.awaits, { run }))).toEqual({ ok: true, value: 300_000 })
  await close()
})

test('a workflow is started later, and looked after by its own commands', async () => {
  const { app, time, ended, close } = await opened()
  const { run } = await app.callOrThrow(tourLater.command, { input: { days: 3 }, delay: '1h' }, { as: ann })
  expect(tourLater.ways).toBe(tour.ways)
  await time.advance(hourMs / 2)
  expect(await app.callOrThrow(tour.ways.status, { run }, { as: ann })).toMatchObject({ state: 'ready' })
  expect(await ended(app.call(tour.ways.awaits, { run }, { as: ann }))).toEqual({ ok: true, value: 3 })
  await close()
})

test('the manifest says what calls what later', async () => {
  const { app, close } = await opened()
  const { 'post.SendLater': section } = app.manifest.parts.command as Record<string, { begins: object; access: string }>
  expect(section).toMatchObject({
    access: 'post:send',
    begins: {
      calls: 'post.Send',
      awaits: 'post.AwaitSendLater',
      status: 'post.GetSendLater',
      watch: 'post.WatchSendLater',
    },
  })
  await close()
})
