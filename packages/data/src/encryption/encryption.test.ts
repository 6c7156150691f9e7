import { app, command, deadLetter, event, keyRing, memoryLog, pii, sensitive } from '@heddle/core'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { rotateData } from './rotate-data.ts'
import { eventStore } from '../event-store/event-store.ts'
import { eventsOf } from '../events/events-of.ts'
import { repository } from '../repository/repository.ts'
import { history } from '../history/history.ts'
import type { DataTransactions } from '../unit/data-transactions.ts'
import { usualDatabase } from '../testing/test-store.ts'

const key = (id: string, fill: number) => ({ id, bytes: new Uint8Array(32).fill(fill) })
const keys = keyRing([key('2026', 1)])
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const Patient = entity('ward.Patient', {
  key: 'id',
  fields: {
    id: z.string(),
    name: pii(z.string(), { encrypt: true }),
    born: pii(z.date(), { encrypt: true }).optional(),
    ward: z.string(),
  },
})
const Patients = repository(Patient)
const Admitted = event('ward.Admitted', { data: z.object({ id: z.string(), name: pii(z.string()) }) })
const Noted = event('ward.Noted', { data: z.object({ text: sensitive(z.string()) }) })
const Charts = eventStore('ward.Charts', {
  events: [Noted],
  state: z.array(z.string()),
  initial: [],
  fold: (state, { data }) => [...state, data.text],
  snapshotEvery: 2,
})

const admit = command('ward.Admit', {
  input: z.object({ id: z.string(), name: pii(z.string()), ward: z.string() }),
  output: z.object({ name: pii(z.string()) }),
  uses: [Patients, Charts],
  emits: [Admitted],
  policies: [deadLetter()],
  errors: { Full: z.object({ name: pii(z.string()) }) },
  async run({ input, ctx, emit, fail }) {
    if (input.ward === 'full') return fail.Full({ name: input.name })
    ctx.use(Patients).insert({ ...input, born: new Date(0) })
    emit(Admitted, { id: input.id, name: input.name })
    for (const nth of ['a', 'b', 'c']) {
      await ctx.use(Charts).append(input.id, [[Noted, { text: `${nth}: ${input.name}` }]])
    }
    return { name: input.name }
  },
})
const read = command('ward.Read', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ patient: z.unknown(), notes: z.array(z.string()), all: z.array(z.unknown()) }),
  uses: [Patients, Charts],
  async run({ input: { id }, ctx }) {
    const { state: notes } = await ctx.use(Charts).load(id)
    const { records } = await ctx.use(Patients).find({ where: { ward: 'west' } })
    return { patient: await ctx.use(Patients).get(id), notes: [...notes], all: [...records] }
  },
})

async function open(ports: Parameters<ReturnType<typeof app>['open']>[0] & { folder?: string } = {}) {
  const folder = ports.folder ?? mkdtempSync(join(tmpdir(), 'heddle-encryption-'))
  folders.push(folder)
  const log = memoryLog()
  const ward = app('ward', { parts: [admit, read, Admitted, rotateData, history()], database: usualDatabase() })
  const running = await ward.open({ folder, ports: { log, keys, ...ports.ports } })
  return { folder, log, running }
}

/** Whether a text stands in the bytes of any file. */
const isInFiles = (folder: string, text: string): boolean =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (file) => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text),
  )

const ada = { id: 'p1', name: 'Ada Lovelace', ward: 'west' }

test('what is marked is read as it was written, and stands in no file of the database', async () => {
  const { folder, running } = await open()
  const once = { idempotencyKey: 'k1' }
  expect(await running.call(admit, ada, once)).toEqual({ ok: true, value: { name: 'Ada Lovelace' } })
  expect(await running.call(admit, ada, once)).toEqual({ ok: true, value: { name: 'Ada Lovelace' } })
  const full = { ...ada, ward: 'full' }
  expect(await running.call(admit, full, { idempotencyKey: 'k2' })).toMatchObject({ ok: false })
  const again = await running.call(admit, full, { idempotencyKey: 'k2' })
  expect(again.ok ? [] : again.errors.map(({ data }) => data)).toEqual([{ name: 'Ada Lovelace' }])

  const record = { ...ada, born: new Date(0) }
  expect(await running.callOrThrow(read, { id: 'p1' })).toEqual({
    patient: record,
    notes: ['a: Ada Lovelace', 'b: Ada Lovelace', 'c: Ada Lovelace'],
    all: [record],
  })
  const events = await eventsOf(running).read({ on: [Admitted] })
  expect(events.map(({ data }) => data)).toEqual([{ id: 'p1', name: 'Ada Lovelace' }])
  const [letter] = await running.ports.deadLetters.list({ tenant: 'main' })
  expect(letter!.lacksInput).toBeUndefined()
  expect(letter?.input).toEqual({ ...full, name: '•••' })
  expect(await running.ports.deadLetters.get('main', letter!.id)).toEqual(letter)
  expect(await running.ports.deadLetters.inputOf('main', letter!.id)).toEqual({ input: full })
  expect(await running.ports.deadLetters.inputOf('other', letter!.id)).toBeUndefined()
  await running.close()

  // A server keeps its files elsewhere.
  if (!existsSync(join(folder, 'app.db'))) return
  expect(isInFiles(folder, 'west')).toBe(true)
  expect(isInFiles(folder, 'Lovelace')).toBe(false)
})

test('without keys a call that would keep something marked writes nothing and says what is missing', async () => {
  const { log, running } = await open({ ports: { keys: undefined } })
  const outcome = await running.call(admit, ada)
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Internal' }] })
  const told = log.lines.map(({ message }) => message)
  expect(told).toContainEqual(expect.stringContaining('something must be encrypted and there are no keys; HEDDLE_KEYS'))
  expect(await running.callOrThrow(read, { id: 'p1' })).toEqual({ patient: undefined, notes: [], all: [] })
  await running.close()
})

test('a change of single columns is refused where one of them is encrypted, before anything is written', async () => {
  const { running } = await open()
  await running.call(admit, ada)
  const { database } = running.ports.transactions as DataTransactions
  const change = { table: Patient.table, key: 'p1', where: { column: 'ward', value: 'west' } }
  const commit = async (column: string) =>
    database.commit({
      tenant: 'main',
      checks: [],
      writes: [],
      changes: [{ ...change, columns: [column], values: ['east'] }],
    })
  await expect(commit('name')).rejects.toThrow('ward.Patient.name is encrypted, so the whole record must be written')
  expect(await commit('ward')).toBeUndefined()
  expect(await running.callOrThrow(read, { id: 'p1' })).toMatchObject({ patient: { ...ada, ward: 'east' }, all: [] })
  await running.close()
})

test('without keys a dead letter is kept masked, and its input cannot be had', async () => {
  const { log, running } = await open({ ports: { keys: undefined } })
  await running.call(admit, { ...ada, ward: 'full' })
  const [letter] = await running.ports.deadLetters.list({ tenant: 'main' })
  expect(letter).toMatchObject({ input: { ...ada, name: '•••', ward: 'full' }, errors: [{ data: { name: '•••' } }] })
  expect(letter!.lacksInput).toBe(true)
  expect(await running.ports.deadLetters.get('main', letter!.id)).toEqual(letter)
  await expect(running.ports.deadLetters.inputOf('main', letter!.id)).rejects.toMatchObject({ code: 'Undecryptable' })
  expect(log.lines.map(({ message }) => message)).toEqual([expect.stringContaining('is kept masked')])
  await running.close()
})

test('an old key reads what it wrote, and without it the error names the key', async () => {
  const { folder, running } = await open()
  await running.callOrThrow(admit, ada)
  await running.close()

  const both = await open({ folder, ports: { keys: keyRing([key('2027', 2), key('2026', 1)]) } })
  expect(await both.running.callOrThrow(read, { id: 'p1' })).toMatchObject({ patient: ada })
  await both.running.close()

  const newOnly = await open({ folder, ports: { keys: keyRing([key('2027', 2)]) } })
  expect(await newOnly.running.call(read, { id: 'p1' })).toMatchObject({ ok: false })
  expect(newOnly.log.lines[0]?.message).toContain('there is no key with the id "2026"')
  expect(newOnly.log.lines[0]?.message).not.toContain('Lovelace')
  await newOnly.running.close()
})

test('data is encrypted anew with the current key, and then the old key can go', async () => {
  const { folder, running } = await open()
  await running.callOrThrow(admit, ada, { idempotencyKey: 'k1' })
  await running.call(admit, { ...ada, ward: 'full' })
  await running.close()

  const both = await open({ folder, ports: { keys: keyRing([key('2027', 2), key('2026', 1)]) } })
  const { key: current, tables } = await both.running.callOrThrow(rotateData, {})
  expect(current).toBe('2027')
  expect(tables.filter(({ changed }) => changed > 0)).toEqual([
    { table: 'heddle.Answer', looked: 1, changed: 1 },
    { table: 'heddle.Call', looked: 2, changed: 2 },
    { table: 'heddle.DeadLetter', looked: 1, changed: 1 },
    { table: 'heddle.Event', looked: 1, changed: 1 },
    { table: 'heddle.Snapshot', looked: 1, changed: 1 },
    { table: 'heddle.StreamEvent', looked: 3, changed: 3 },
    { table: 'ward.Patient', looked: 1, changed: 1 },
  ])
  const again = await both.running.callOrThrow(rotateData, {})
  // The call that rotated is kept too; there is nothing to encrypt in it.
  expect(again.tables.every(({ changed }) => changed === 0)).toBe(true)
  await both.running.close()

  const { running: newOnly } = await open({ folder, ports: { keys: keyRing([key('2027', 2)]) } })
  expect(await newOnly.callOrThrow(read, { id: 'p1' })).toMatchObject({ patient: ada, notes: { length: 3 } })
  expect(await newOnly.call(admit, ada, { idempotencyKey: 'k1' })).toMatchObject({
    ok: true,
    value: { name: ada.name },
  })
  const [letter] = await newOnly.ports.deadLetters.list({ tenant: 'main' })
  expect(await newOnly.ports.deadLetters.inputOf('main', letter!.id)).toMatchObject({ input: { name: ada.name } })
  expect(await eventsOf(newOnly).read({ on: [Admitted] })).toMatchObject([{ data: { name: ada.name } }])
  await newOnly.close()
})

test('rotating asks for the old key by its id where it is missing', async () => {
  const { folder, running } = await open()
  await running.callOrThrow(admit, ada)
  await running.close()
  const newOnly = await open({ folder, ports: { keys: keyRing([key('2027', 2)]) } })
  expect(await newOnly.running.call(rotateData, {})).toMatchObject({ ok: false })
  expect(newOnly.log.lines[0]?.message).toContain('there is no key with the id "2026"')
  await newOnly.running.close()
})

test('what a field held before it was encrypted is encrypted by rotating', async () => {
  const guest = (tags: z.ZodType<string[]>) => entity('ward.Guest', { key: 'id', fields: { id: z.string(), tags } })
  const folder = mkdtempSync(join(tmpdir(), 'heddle-encryption-'))
  folders.push(folder)
  const ward = (tags: z.ZodType<string[]>) => {
    const Guests = repository(guest(tags))
    const put = command('ward.Put', {
      input: z.object({ id: z.string() }),
      output: z.object({}),
      uses: [Guests],
      run({ input: { id }, ctx }) {
        ctx.use(Guests).insert({ id, tags: [`tag of ${id}`] })
        return {}
      },
    })
    const get = command('ward.Get', {
      kind: 'query',
      input: z.object({ id: z.string() }),
      output: z.array(z.string()),
      uses: [Guests],
      run: async ({ input: { id }, ctx }) => [...(await ctx.use(Guests).getOrThrow(id)).tags],
    })
    const open = () => app('ward', { parts: [put, get, rotateData], database }).open({ folder, ports: { keys } })
    return { put, get, open }
  }
  const database = usualDatabase()
  const plain = ward(z.array(z.string()))
  const before = await plain.open()
  await before.callOrThrow(plain.put, { id: 'g1' })
  await before.close()

  const encrypted = ward(pii(z.array(z.string()), { encrypt: true }))
  const after = await encrypted.open()
  expect(await after.callOrThrow(encrypted.get, { id: 'g1' })).toEqual(['tag of g1'])
  await after.callOrThrow(encrypted.put, { id: 'g2' })
  const { tables } = await after.callOrThrow(rotateData, {})
  expect(tables.find(({ table }) => table === 'ward.Guest')).toEqual({ table: 'ward.Guest', looked: 2, changed: 1 })
  expect(await after.callOrThrow(encrypted.get, { id: 'g1' })).toEqual(['tag of g1'])
  await after.close()
})

test('an encrypted field can be neither filtered by nor indexed', async () => {
  const fields = { id: z.string(), name: pii(z.string(), { encrypt: true }) }
  expect(() => entity('ward.Wrong', { key: 'id', fields, indexes: [{ fields: ['name'] }] })).toThrow(
    'cannot be indexed',
  )
  expect(() => entity('ward.Wrong', { key: 'name', fields })).toThrow('the key "name" must be text or a whole number')
  const filter = command('ward.Filter', {
    kind: 'query',
    input: z.object({}),
    output: z.unknown(),
    uses: [Patients],
    run: ({ ctx }) => ctx.use(Patients).find({ where: { name: 'Ada' } as never }),
  })
  const log = memoryLog()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-encryption-'))
  folders.push(folder)
  const running = await app('ward', { parts: [filter], database: usualDatabase() }).open({
    folder,
    ports: { log, keys },
  })
  expect(await running.call(filter, {})).toMatchObject({ ok: false })
  expect(log.lines[0]?.message).toContain('name')
  await running.close()
})
