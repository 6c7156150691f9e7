import { app, command, entity, http, port, provide, ref, repository, sqlite, uuidV7 } from 'heddle'
import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'

const Note = entity('notes.Note', { key: 'id', fields: { id: z.uuid(), text: z.string(), at: z.date() } })
const Notes = repository(Note)
const write = command('notes.Write', {
  input: z.object({ text: z.string() }),
  output: z.object({ id: z.string(), at: z.date() }),
  uses: [Notes],
  async run({ input, ctx }) {
    await ctx.sleep(1000)
    ctx.log('info', 'writing')
    return ctx.use(Notes).insert({ ...input, at: new Date(ctx.clock.now()) })
  },
})
const read = command('notes.Read', {
  kind: 'query',
  input: z.object({ note: ref(Note) }),
  output: z.string(),
  run: ({ input }) => input.note.text,
})
const notes = app('notes', { parts: [write, read, http({ port: 1 })], database: sqlite('/proc/nowhere/app.db') })

test('an app is tested over memory and in virtual time, whatever it names as its file and port', async () => {
  await using open = await testApp(notes)
  const writing = open.callOrThrow(write, { text: 'hi' })
  let isWritten = false
  void writing.then(() => (isWritten = true))
  await open.time.advance(999)
  expect(isWritten).toBe(false)
  await open.time.advance(1)
  const { id, at } = await writing
  expect(at).toEqual(new Date('2020-01-01T00:00:01Z'))
  expect(await open.callOrThrow(read, { note: id })).toBe('hi')
  expect(open.log.lines).toMatchObject([{ severity: 'info', message: 'writing' }])
})

test('two tests do not see each other, and make the same ids from the same seed', async () => {
  const run = async (seed?: number) => {
    await using open = await testApp(notes, { seed })
    const writing = open.callOrThrow(write, { text: 'hi' })
    await open.time.advance(1000)
    return (await writing).id
  }
  const [one, same, other] = [await run(), await run(), await run(2)]
  expect(same).toBe(one)
  expect(other).not.toBe(one)
})

test('closing ends although a call still sleeps: the grace passes in virtual time', async () => {
  const open = await testApp(notes)
  void open.call(write, { text: 'late' })
  await open.close({ graceMs: 60_000 })
  expect(open.time.clock.now()).toBeGreaterThanOrEqual(Date.parse('2020-01-01T00:00:01Z'))
  expect(await open.call(write, { text: 'too late' })).toMatchObject({ ok: false, errors: [{ code: 'ShuttingDown' }] })
})

const Ids = port<{ next(): string }>('test.Ids')
const name = command('test.Name', {
  input: z.object({}),
  output: z.string(),
  uses: [Ids],
  run: ({ ctx }) => ctx.use(Ids).next(),
})
const named = app('test', { parts: [name, provide(Ids, { next: () => 'real' })] })

test('a service is replaced by the one that the test gives', async () => {
  await using own = await testApp(named)
  expect(await own.callOrThrow(name, {})).toBe('real')
  await using replaced = await testApp(named, { provide: [provide(Ids, { next: () => 'given' })] })
  expect(await replaced.callOrThrow(name, {})).toBe('given')
})

test('a module is taken apart, and parts of parts are replaced too', async () => {
  const log: string[] = []
  const kind = { name: 'gauge', compare: () => [] }
  const gauge = {
    kind,
    name: 'inner',
    describe: () => null,
    open: () => void log.push('real'),
    simulated: () => ({ ...gauge, open: () => void log.push('twin') }),
  }
  const holder = { kind, name: 'outer', describe: () => null, parts: [gauge] }
  await using open = await testApp(app('test', { parts: [{ name, holder, helper: uuidV7 }], database: undefined }), {
    provide: [provide(Ids, { next: () => 'given' })],
  })
  expect(log).toEqual(['twin'])
  expect(open.commands.has('test.Name')).toBe(true)
})

test('a part that opens something and has no twin is refused', async () => {
  const real = { kind: { name: 'gateway', compare: () => [] }, name: 'sockets', describe: () => null, open() {} }
  await expect(testApp(app('test', { parts: [real] }))).rejects.toMatchObject({
    code: 'RealPort',
    data: { port: 'gateway sockets' },
  })
})
