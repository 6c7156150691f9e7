import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  accessCommands,
  app,
  cache,
  type CallOptions,
  command,
  deadLetter,
  entity,
  event,
  eventStore,
  handler,
  memoryLog,
  type OpenApp,
  type Principal,
  ref,
  repository,
  Sql,
  sqlite,
  TenantEvents,
  withOperations,
} from 'heddle'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

// Two tenants use everything there is, with the same keys. Then one of them looks for the other's words everywhere.

const Note = entity('market.Note', {
  key: 'id',
  fields: { id: z.string(), text: z.string() },
  indexes: [{ fields: ['text'], unique: true }],
})
const Notes = repository(Note)
const Noted = event('market.Noted', { data: z.object({ text: z.string() }) })
const Diary = eventStore('market.Diary', {
  events: [Noted],
  state: z.object({ last: z.string() }),
  initial: { last: '' },
  fold: (_, { data }) => ({ last: data.text }),
})
const handled: string[] = []
const allHandled = Promise.withResolvers<void>()

const text = z.object({ id: z.string(), text: z.string() })
const addNote = command('market.AddNote', {
  input: text,
  output: text,
  access: 'market:write',
  uses: [Notes, Diary],
  emits: [Noted],
  async run({ input, ctx, emit }) {
    ctx.log('info', `noting ${input.text}`, { text: input.text })
    emit(Noted, { text: input.text })
    await ctx.use(Diary).append(input.id, [[Noted, { text: input.text }]])
    return ctx.use(Notes).insert(input)
  },
})
const readNote = command('market.ReadNote', {
  kind: 'query',
  input: z.object({ note: ref(Note) }),
  output: text,
  access: 'market:read',
  run: ({ input }) => input.note,
})
const listNotes = command('market.ListNotes', {
  kind: 'query',
  input: z.object({}),
  output: z.array(text),
  access: 'market:read',
  uses: [Notes],
  policies: [cache({ ttl: '1h' })],
  run: async ({ ctx }) => [...(await ctx.use(Notes).find()).records],
})
const listShared = command('market.ListShared', {
  kind: 'query',
  input: z.object({}),
  output: z.array(text),
  access: 'market:read',
  uses: [Notes],
  policies: [cache({ ttl: '1h', per: 'tenant' })],
  run: async ({ ctx }) => [...(await ctx.use(Notes).find()).records],
})
const askInSql = command('market.AskInSql', {
  kind: 'query',
  input: z.object({}),
  output: z.array(text),
  access: 'market:read',
  uses: [Sql],
  run: async ({ ctx }) => [...(await ctx.use(Sql)(text)`SELECT id, text FROM ${Note}`)],
})
const readDiary = command('market.ReadDiary', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ last: z.string() }),
  access: 'market:read',
  uses: [Diary],
  run: async ({ input: { id }, ctx }) => (await ctx.use(Diary).load(id)).state,
})
const readEvents = command('market.ReadEvents', {
  kind: 'query',
  input: z.object({}),
  output: z.unknown(),
  access: 'market:read',
  uses: [TenantEvents],
  run: async ({ ctx }) => (await ctx.use(TenantEvents).read({ limit: 100 })) as unknown,
})
const breakDown = command('market.BreakDown', {
  input: text,
  output: z.void(),
  errors: { Broken: z.object({ text: z.string() }) },
  access: 'market:write',
  policies: [deadLetter()],
  run: ({ input, fail }) => fail.Broken({ text: input.text }),
})
const onNoted = handler('market.OnNoted', {
  on: [Noted],
  run({ input: { data }, ctx }) {
    if (handled.push(`${ctx.tenant}: ${data.text}`) === 4) allHandled.resolve()
  },
})

const commands = { addNote, readNote, listNotes, listShared, askInSql, readDiary, readEvents, breakDown }
const folder = mkdtempSync(join(tmpdir(), 'heddle-tenants-'))
const log = memoryLog()
let market: OpenApp

/** The same person in both tenants, who may do everything there. */
const of = (tenant: string): Principal => ({ id: 'ana', tenant, permissions: ['*'] })
const secretOf = (tenant: string) => `secret-of-${tenant}`
const ids: Record<string, string[]> = {}

async function fill(tenant: string): Promise<void> {
  const secret = secretOf(tenant)
  const as: CallOptions = { as: of(tenant) }
  const note = { id: 'one', text: secret }
  const { createKey, putPrincipal, putRole } = accessCommands
  await market.callOrThrow(addNote, note, { ...as, idempotencyKey: 'k-1' })
  await market.call(breakDown, note, { ...as, idempotencyKey: 'k-2' })
  await market.callOrThrow(listNotes, {}, as)
  await market.callOrThrow(listShared, {}, as)
  await market.callOrThrow(putRole, { name: 'role', permissions: [`${secret}:read`] }, as)
  await market.callOrThrow(putPrincipal, { id: 'bo', roles: ['role'] }, as)
  const { id } = await market.callOrThrow(createKey, { principal: 'bo', name: secret }, as)
  const letters = await market.ports.deadLetters.list({ tenant })
  ids[tenant] = ['one', 'role', 'bo', 'ana', id, ...letters.map((letter) => letter.id)]
}

beforeAll(async () => {
  const declared = app('market', { parts: [commands, onNoted], database: sqlite(), tenancy: 'shared' })
  market = await withOperations(declared).open({ folder, ports: { log }, environment: {} })
  await market.start()
  await fill('a')
  await fill('b')
  await allHandled.promise
})
afterAll(async () => {
  await market.close()
  rmSync(folder, { recursive: true })
})

/** Inputs that hold ids of the other tenant wherever text is wanted, and nothing where nothing has to be. */
function inputsFor(input: unknown): unknown[] {
  const type = z.toJSONSchema(input as z.ZodType, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, { type?: string; enum?: unknown[] }>
    required?: string[]
  }
  const fields = Object.entries(type.properties ?? {})
  const valueFor = ({ type: kind, enum: choices }: { type?: string; enum?: unknown[] }, id: string) => {
    if (choices) return choices[0]
    if (kind === 'array') return [id]
    if (kind === 'integer' || kind === 'number') return 1
    return kind === 'boolean' ? true : id
  }
  const build = (id: string, only?: readonly string[]) =>
    Object.fromEntries(
      fields.filter(([name]) => !only || only.includes(name)).map(([name, field]) => [name, valueFor(field, id)]),
    )
  return ids['a']!.flatMap((id) => [build(id, type.required ?? []), build(id)])
}

const roles = () => market.callOrThrow(accessCommands.listRoles, {}, { as: of('a') })
const keys = () => market.callOrThrow(accessCommands.listKeys, {}, { as: of('a') })
const principals = () => market.callOrThrow(accessCommands.listPrincipals, {}, { as: of('a') })
const letters = () => market.ports.deadLetters.list({ tenant: 'a' })
const notes = () => market.callOrThrow(askInSql, {}, { as: of('a') })
const stateOfA = async () =>
  JSON.stringify([await roles(), await keys(), await principals(), await letters(), await notes()])

test('no command of the app and none of Heddle’s own tells one tenant of another, or changes what is its', async () => {
  const before = await stateOfA()
  expect(before).toContain(secretOf('a'))
  let called = 0
  for (const known of market.commands.values()) {
    for (const input of inputsFor(known.input)) {
      const outcome = await market.callByName(known.name, input, { as: of('b'), from: 'json' })
      expect(`${known.name} ${JSON.stringify(outcome)}`).not.toContain(secretOf('a'))
      called++
    }
  }
  expect(called).toBeGreaterThan(market.commands.size)
  expect(await stateOfA()).toBe(before)
})

test('a tenant cannot be chosen by who is not in it', async () => {
  for (const known of market.commands.values()) {
    const outcome = await market.callByName(known.name, {}, { as: of('b'), tenant: 'a' })
    expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'TenantDenied' }] })
  }
})

test('the same idempotency key of the same person is another call in another tenant', async () => {
  for (const tenant of ['a', 'b']) {
    const note = { id: 'one', text: secretOf(tenant) }
    const again = await market.call(addNote, note, { as: of(tenant), idempotencyKey: 'k-1' })
    expect(again).toEqual({ ok: true, value: note })
    const broken = await market.call(breakDown, note, { as: of(tenant), idempotencyKey: 'k-2' })
    expect(broken).toMatchObject({ ok: false, errors: [{ code: 'Broken', data: { text: secretOf(tenant) } }] })
  }
})

test('a cached answer is given to the tenant whose it is', async () => {
  for (const tenant of ['a', 'b']) {
    const mine = [{ id: 'one', text: secretOf(tenant) }]
    expect(await market.callOrThrow(listNotes, {}, { as: of(tenant) })).toEqual(mine)
    expect(await market.callOrThrow(listShared, {}, { as: of(tenant) })).toEqual(mine)
  }
})

test('a handler runs in the tenant of its event', () => {
  const ofA = handled.filter((line) => line.startsWith('a: '))
  expect(ofA).toEqual(['a: secret-of-a', 'a: secret-of-a'])
  expect(handled.filter((line) => line.endsWith('secret-of-b'))).toEqual(['b: secret-of-b', 'b: secret-of-b'])
  expect(handled.filter((line) => line.endsWith('secret-of-a'))).toEqual(ofA)
})

test('a log line about one tenant says so, and none says it of the other', () => {
  const lines = log.lines.map((line) => ({ tenant: line.fields?.['tenant'], text: JSON.stringify(line) }))
  for (const tenant of ['a', 'b']) {
    const about = lines.filter((line) => line.text.includes(secretOf(tenant)))
    expect(about.length).toBeGreaterThan(0)
    expect(new Set(about.map((line) => line.tenant))).toEqual(new Set([tenant]))
  }
})

test('every row of every table that holds a word of a tenant is of that tenant', () => {
  const file = readdirSync(folder).find((name) => name === 'app.db')!
  expect(existsSync(join(folder, file))).toBe(true)
  const database = new DatabaseSync(join(folder, file), { readOnly: true })
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
  const found: Record<string, string[]> = { a: [], b: [] }
  for (const { name } of tables) {
    if (name.startsWith('sqlite_')) continue
    for (const row of database.prepare(`SELECT * FROM "${name}"`).all()) {
      const owner = row['_tenant'] === '' ? row['tenant'] : row['_tenant']
      const held = JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
      for (const tenant of ['a', 'b']) {
        if (!held.includes(secretOf(tenant))) continue
        found[tenant]!.push(name)
        expect(`${name}: ${String(owner)}`).toBe(`${name}: ${tenant}`)
      }
    }
  }
  database.close()
  // The other one's role and dead letters may be gone: it called every command for itself.
  expect(found['a']).toEqual(
    expect.arrayContaining([
      'heddle.Answer',
      'heddle.DeadLetter',
      'heddle.Event',
      'heddle.Key',
      'heddle.Role',
      'heddle.StreamEvent',
      'market.Note',
    ]),
  )
  expect(found['b']).toEqual(expect.arrayContaining(['heddle.Answer', 'heddle.Event', 'market.Note']))
})
