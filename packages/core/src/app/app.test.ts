import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, domain, isPart, port, type Part, provide, stream } from '../index.ts'

const nothing = { input: z.object({}), output: z.null(), run: () => null }

test('a name that is used twice, a missing command and a missing service are found before anything starts', () => {
  const one = command('a.Do', nothing)
  const twin = command('a.Do', nothing)
  const Mailer = port<object>('mail.Mailer')
  const mailing = command('a.Mail', { ...nothing, uses: [Mailer] })
  const calling = command('a.Call', { ...nothing, calls: [one] })
  expect(() => app('x', { parts: [one, twin] }).manifest()).toThrow('a.Do is defined twice')
  expect(() => app('x', { parts: [calling] }).manifest()).toThrow('a.Call needs the command a.Do')
  expect(() => app('x', { parts: [mailing] }).manifest()).toThrow('a.Mail needs a service for the port mail.Mailer')
  expect(() => app('x', { parts: [mailing, provide(Mailer, {})] }).manifest()).not.toThrow()
})

test('what cannot be a part is refused where the app is declared', () => {
  expect(() => app('x', { parts: [command('a.Do', nothing), undefined as never] })).toThrow('parts[1] is undefined')
  expect(() => app('x', { parts: ['a.Do' as never] })).toThrow('parts[0] is a.Do, which is no part')
  expect(() => app('x', {} as never)).toThrow('x: parts is no list')
})

test('domains depend one way: a circle is refused and named', () => {
  const first = command('a.First', nothing)
  const second = command('b.Second', { ...nothing, calls: [first] })
  const third = command('a.Third', { ...nothing, calls: [second] })
  expect(() => app('x', { parts: [first, second] }).manifest()).not.toThrow()
  expect(() => app('x', { parts: [first, second, third] }).manifest()).toThrow('a → b → a')
})

test('a declared domain may only call those that it depends on', () => {
  const first = command('a.First', nothing)
  const second = command('b.Second', { ...nothing, calls: [first] })
  const a = domain('a')
  expect(() => app('x', { parts: [first, second, domain('b')] }).manifest()).toThrow('b calls a')
  expect(() => app('x', { parts: [first, second, a, domain('b', { dependsOn: [a] })] }).manifest()).not.toThrow()
})

test('access is closed unless it is stated, and is not looked at for calls from the code of the app', async () => {
  const open = command('a.Open', { ...nothing, access: 'public' })
  const closed = command('a.Closed', nothing)
  const guarded = command('a.Guarded', { ...nothing, access: 'a:guarded' })
  const ruled = command('a.Ruled', {
    input: z.object({ owner: z.string() }),
    output: z.null(),
    access: (ctx, input: { owner: string }) =>
      ctx.principal?.id === input.owner || { allowed: false, because: 'only the owner may' },
    run: () => null,
  })
  const running = await app('x', { parts: [{ open, closed, guarded, ruled }] }).open()
  const ada = { id: 'ada', permissions: ['a:*'] }
  const code = async (call: Promise<{ ok: boolean; errors?: readonly { code: string }[] }>) =>
    (await call).errors?.[0]?.code ?? 'ok'
  const row = async (as: typeof ada | null | undefined) =>
    Promise.all([
      code(running.call(open, {}, { as })),
      code(running.call(closed, {}, { as })),
      code(running.call(guarded, {}, { as })),
      code(running.call(ruled, { owner: 'ada' }, { as })),
      code(running.call(ruled, { owner: 'bob' }, { as })),
    ])
  expect(await row(undefined)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
  expect(await row(null)).toEqual(['ok', 'Unauthenticated', 'Unauthenticated', 'Unauthenticated', 'Unauthenticated'])
  expect(await row(ada)).toEqual(['ok', 'Denied', 'ok', 'ok', 'Denied'])
  expect(await row({ id: 'eve', permissions: ['b:*'] })).toEqual(['ok', 'Denied', 'Denied', 'Denied', 'Denied'])
})

test('an app lists its commands and parts without being opened or whole, and without what is not its own', () => {
  const Mailer = port<object>('mail.Mailer')
  const inner: Part = { kind: { name: 'demo', compare: () => [] }, name: 'inner', describe: () => ({}) }
  const outer: Part = { ...inner, name: 'outer', parts: [inner] }
  const b = command('b.Do', { ...nothing, uses: [Mailer] })
  const a = command('a.Do', nothing)
  const b2 = domain('b')
  const { commands, parts } = app('x', { parts: [{ b, a, note: 'not a part' }, outer, b2] }).parts()
  expect([...commands]).toEqual([
    ['a.Do', a],
    ['b.Do', b],
  ])
  expect(parts).toEqual([inner, outer, b2])
  expect(parts.every(isPart)).toBe(true)
  expect([a, {}, null, 'part'].some(isPart)).toBe(false)
  expect(() => app('x', { parts: [b, command('b.Do', nothing)] }).parts()).toThrow('b.Do is defined twice')
})

test('parts open in order, are stopped in reverse, and are stopped when a later one fails', async () => {
  const seen: string[] = []
  const part = (name: string, fail = false): Part => ({
    kind: { name: 'demo', compare: () => [] },
    name,
    describe: () => ({}),
    open: () => {
      if (fail) throw new Error('no')
      seen.push(`open ${name}`)
    },
    start: () => (seen.push(`start ${name}`), `look at ${name}`),
    drain: () => void seen.push(`drain ${name}`),
    stop: () => void seen.push(`stop ${name}`),
  })
  const running = await app('x', { parts: [part('a'), part('b')] }).open()
  expect(running.ready()).toBe(false)
  expect(await running.start()).toEqual(['look at a', 'look at b'])
  expect(running.ready()).toBe(true)
  await running.close()
  expect(seen.splice(0)).toEqual(['open a', 'open b', 'start a', 'start b', 'drain a', 'drain b', 'stop b', 'stop a'])
  await expect(app('x', { parts: [part('a'), part('b', true)] }).open()).rejects.toThrow('no')
  expect(seen).toEqual(['open a', 'stop a'])
})

test('a streamed output is checked, comes at the pace of its reader, and stops when the reader leaves', async () => {
  const made: number[] = []
  const count = command('a.Count', {
    input: z.object({ to: z.int() }),
    output: stream(z.object({ n: z.int() }), z.object({ total: z.int() })),
    async *run({ input, ctx }) {
      for (let n = 1; n <= input.to; n++) {
        made.push(n)
        ctx.progress({ done: n, total: input.to })
        yield { n, secret: 'x' }
      }
      return { total: input.to }
    },
  })
  const running = await app('x', { parts: [count] }).open()
  const all = running.stream(count, { to: 3 })
  const items: unknown[] = []
  for await (const item of all) items.push(item)
  expect(items).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  expect(await all.outcome).toEqual({ ok: true, value: { total: 3 } })

  made.length = 0
  const some = running.stream(count, { to: 1_000_000 })
  for await (const { n } of some) if (n === 2) break
  expect(await some.outcome).toMatchObject({ ok: false, errors: [{ code: 'Cancelled' }] })
  expect(made.length).toBeLessThan(5)

  const progress: number[] = []
  const plain = await running.call(count, { to: 2 }, { onProgress: ({ done }) => progress.push(done) })
  expect(plain).toEqual({ ok: true, value: { total: 2 } })
  expect(progress).toEqual([1, 2])
})

test('runSync answers at once, and refuses what has to wait', async () => {
  const quick = command('a.Quick', { input: z.int(), output: z.int(), run: ({ input }) => input * 2 })
  const slow = command('a.Slow', { input: z.int(), output: z.int(), run: async ({ input }) => input })
  const running = await app('x', { parts: [quick, slow] }).open()
  expect(running.runSync(quick, 4)).toEqual({ ok: true, value: 8 })
  expect(() => running.runSync(slow, 4)).toThrow('a.Slow was run synchronously')
})

test.each([0, -1, NaN])('a batch that would run %d calls at a time is refused, not skipped', async (concurrency) => {
  const work = command('a.Do', nothing)
  const running = await app('x', { parts: [work] }).open()
  await expect(running.batch(work, [{}], { concurrency })).rejects.toThrow('a concurrency is at least 1')
  expect(await running.batch(work, [{}, {}], { concurrency: Infinity })).toHaveLength(2)
})

test('a batch keeps the order of its inputs; an atomic one is undone whole', async () => {
  const half = command('a.Half', {
    input: z.int(),
    output: z.int(),
    errors: { Odd: z.object({}) },
    run: async ({ input, fail }) => (input % 2 ? fail.Odd({}) : input / 2),
  })
  const running = await app('x', { parts: [half] }).open()
  expect(await running.batch(half, [2, 3, 4])).toMatchObject([
    { value: 1 },
    { errors: [{ code: 'Odd' }] },
    { value: 2 },
  ])
  expect(await running.batch(half, [2, 4], { atomic: true })).toMatchObject([{ value: 1 }, { value: 2 }])
  expect(await running.batch(half, [2, 3, 4], { atomic: true })).toMatchObject([
    { errors: [{ code: 'Cancelled' }] },
    { errors: [{ code: 'Odd' }] },
    { errors: [{ code: 'Cancelled' }] },
  ])
})

test('an app that is closing takes no batch, atomic or not', async () => {
  const work = command('a.Do', nothing)
  const running = await app('x', { parts: [work] }).open()
  await running.close()
  expect(await running.batch(work, [{}])).toMatchObject([{ errors: [{ code: 'ShuttingDown' }] }])
  expect(await running.batch(work, [{}], { atomic: true })).toMatchObject([
    { errors: [{ code: 'Cancelled', cause: { code: 'ShuttingDown' } }] },
  ])
})

test('a part that starts is told which module exports the app, where who opens it knows', async () => {
  const told: unknown[] = []
  const part: Part = {
    kind: { name: 'asking', compare: () => [] },
    name: 'a',
    describe: () => ({}),
    start: ({ module }) => void told.push(module),
  }
  const declared = app('x', { parts: [part] })
  for (const options of [{ module: import.meta.url }, {}]) {
    const running = await declared.open(options)
    await running.start()
    await running.close()
  }
  expect(told).toEqual([import.meta.url, undefined])
})

test('configuration comes from the environment and from what is given, and says what does not fit', async () => {
  const config = z.object({ maxRows: z.int().default(10), region: z.enum(['eu', 'us']) })
  const declared = app('x', { parts: [], config })
  const running = await declared.open({ environment: { MAX_ROWS: '25', REGION: 'eu' }, config: { region: 'us' } })
  expect(running.config).toEqual({ maxRows: 25, region: 'us' })
  await expect(declared.open({ environment: { REGION: 'mars' } })).rejects.toThrow(/region \(X_REGION or REGION\)/)
})
