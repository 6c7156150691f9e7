import { app, command, memoryLog, pii, port, provide, type ServiceOf } from '@heddle/core'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { memoryRecords } from './memory-store.ts'
import { provideRecords } from './provide-records.ts'
import { records } from './records.ts'

const Session = entity('web.Session', {
  key: 'id',
  fields: {
    id: z.uuid(),
    user: z.string(),
    seen: z.date().optional(),
    visits: z.int().default(0),
    data: z.record(z.string(), z.json()).default({}),
  },
  indexes: [{ fields: ['user'], unique: true }],
  checks: { counted: ({ visits }) => visits >= 0 },
})
const Sessions = records(Session)
type OwnSessions = ReturnType<ServiceOf<typeof Sessions>['of']>

/** What the command below does with the sessions of its tenant. */
const Work = port<{ run: (sessions: OwnSessions) => unknown }>('web.Work')
let work: (sessions: OwnSessions) => unknown

const useSessions = command('web.UseSessions', {
  input: z.object({}),
  output: z.json(),
  access: 'public',
  uses: [Sessions, Work],
  run: async ({ ctx }) => ((await ctx.use(Work).run(ctx.use(Sessions).of(ctx.tenant))) ?? null) as z.core.util.JSONType,
})

const parts = [useSessions, provideRecords(Sessions, memoryRecords()), provide(Work, { run: (own) => work(own) })]
const web = await app('web', { parts, tenancy: 'shared' }).open({ ports: { log: memoryLog() } })
afterAll(() => web.close())

const inTenant = async (tenant: string, run: (sessions: OwnSessions) => unknown) => {
  work = run
  return web.call(useSessions, {}, { tenant })
}

test('records come back typed and frozen, with defaults and a key that is made up', async () => {
  const outcome = await inTenant('typed', async (sessions) => {
    const seen = new Date(1000)
    const inserted = await sessions.insert({ user: 'ada', seen })
    expect(inserted).toEqual({ id: expect.any(String) as string, user: 'ada', seen, visits: 0, data: {} })
    expect(await sessions.get(inserted.id)).toEqual(inserted)
    expect(Object.isFrozen(await sessions.get(inserted.id))).toBe(true)
    const updated = await sessions.update(inserted, { visits: 1, seen: undefined })
    expect(updated).toEqual({ id: inserted.id, user: 'ada', visits: 1, data: {} })
    await sessions.delete(await sessions.update(updated, { visits: 2 }))
    expect(await sessions.getMany([inserted.id])).toEqual([undefined])
    const put = await sessions.put({ ...inserted, user: 'bob' })
    return (await sessions.put({ ...put, user: 'eve' })).user
  })
  expect(outcome).toEqual({ ok: true, value: 'eve' })
})

test('one tenant sees nothing of the other', async () => {
  await inTenant('left', (sessions) => void sessions.insert({ user: 'ada' }))
  const users = async (sessions: OwnSessions) => (await sessions.find()).records.map(({ user }) => user)
  expect([await inTenant('left', users), await inTenant('right', users)]).toEqual([
    { ok: true, value: ['ada'] },
    { ok: true, value: [] },
  ])
})

test('a page says where the next one begins, and a filter takes fields by name', async () => {
  const found = await inTenant('pages', async (sessions) => {
    for (const user of ['a', 'b', 'c', 'd', 'e']) await sessions.insert({ user, visits: user === 'c' ? 0 : 1 })
    const where = { visits: 1 }
    const first = await sessions.find({ where, orderBy: { user: 'desc' }, limit: 3 })
    const second = await sessions.find({ where, orderBy: { user: 'desc' }, limit: 3, after: first.next })
    expect(second.next).toBeUndefined()
    return [first, second].map((page) => page.records.map(({ user }) => user))
  })
  expect(found).toEqual({ ok: true, value: [['e', 'd', 'b'], ['a']] })
})

const id = '0198a0c0-0000-7000-8000-000000000000'
test.each<[string, object, (sessions: OwnSessions) => unknown]>([
  [
    'a record that was changed since it was read',
    { code: 'Conflict', retry: { afterMs: 50 } },
    async (sessions) => {
      const record = await sessions.insert({ user: 'ada' })
      await sessions.update(record, { visits: 1 })
      await sessions.update(record, { visits: 2 })
    },
  ],
  [
    'a taken key',
    { code: 'NotUnique', data: { entity: 'web.Session', field: 'id' } },
    async (sessions) => {
      await sessions.insert({ id, user: 'ada' })
      await sessions.insert({ id, user: 'bob' })
    },
  ],
  [
    'a taken value of a unique index',
    { code: 'NotUnique', data: { entity: 'web.Session', field: 'user' } },
    async (sessions) => {
      await sessions.insert({ user: 'ada' })
      await sessions.insert({ user: 'ada' })
    },
  ],
  ['a broken rule', { code: 'ConstraintBroken' }, (sessions) => sessions.insert({ user: 'ada', visits: -1 })],
  ['too large a page', { code: 'LimitReached' }, (sessions) => sessions.find({ limit: 1001 })],
  ['a cursor that is none', { code: 'MalformedInput' }, (sessions) => sessions.find({ after: 'x' })],
])('%s is a failure that says so', async (what, expected, run) => {
  expect(await inTenant(what, run)).toMatchObject({ ok: false, errors: [expected] })
})

test.each<[string, string, (sessions: OwnSessions) => unknown]>([
  [
    'a copy of a record',
    'StaleRecord',
    async (sessions) => sessions.delete({ ...(await sessions.insert({ user: 'a' })) }),
  ],
  ['a value of another type', 'InvalidRecord', (sessions) => sessions.insert({ user: 1 as never })],
])('%s is a mistake of the command', async (what, code, run) => {
  let thrown: unknown
  const outcome = inTenant(what, async (sessions) => {
    try {
      await run(sessions)
    } catch (error) {
      thrown = error
      throw error
    }
  })
  expect(await outcome).toMatchObject({ ok: false, errors: [{ code: 'Internal' }] })
  expect(thrown).toMatchObject({ code })
})

test('an entity that wants what only a database can do is refused, with what that is', () => {
  const fields = { id: z.string() }
  const refused = [
    entity('x.A', { key: 'id', fields, softDelete: true }),
    entity('x.B', { key: 'id', fields, events: true }),
    entity('x.C', { key: 'id', fields, hooks: { afterDelete: () => undefined } }),
    entity('x.D', { key: 'id', fields: { ...fields, name: pii(z.string(), { encrypt: true }) } }),
  ].map((one) => {
    try {
      return records(one as never)
    } catch (error) {
      return (error as Error).message
    }
  })
  expect(refused).toEqual([
    expect.stringContaining('records of x.A: it has `softDelete`, for which records must be in'),
    expect.stringContaining('records of x.B: it has events'),
    expect.stringContaining('records of x.C: it has hooks'),
    expect.stringContaining('records of x.D: it has encrypted fields'),
  ])
})
