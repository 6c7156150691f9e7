import { app, type CallEntry, command, type Hook, keyRing, memoryLog, pii, retry, ref } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { Commit } from '../database/database.ts'
import { entity } from '../entity/entity.ts'
import { databaseOf } from '../events/events-of.ts'
import { repository } from '../repository/repository.ts'
import { prune } from '../system/retention.ts'
import { usualDatabase } from '../testing/test-store.ts'
import { historyCommands } from './commands.ts'
import { history, type HistoryOptions } from './history.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))
const keys = keyRing([{ id: 'k', bytes: new Uint8Array(32).fill(3) }])

const Note = entity('diary.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)
const write = command('diary.Write', {
  input: z.object({ id: z.string(), text: pii(z.string()), fail: z.boolean().default(false) }),
  output: z.object({}),
  errors: { Refused: z.object({}) },
  access: 'diary:write',
  uses: [Notes],
  policies: [retry({ attempts: 2, initial: '1ms' })],
  run({ input: { id, text, fail: fails }, ctx, fail }) {
    ctx.use(Notes).insert({ id, text })
    return fails ? fail.Refused({}) : {}
  },
})
const broken = command('diary.Break', {
  input: z.object({ note: ref(Note).optional() }),
  output: z.object({}),
  access: 'public',
  run() {
    throw new TypeError('a mistake')
  },
})
const read = command('diary.Read', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ text: pii(z.string()) }),
  access: 'public',
  uses: [Notes],
  run: async ({ input, ctx }) => ({ text: (await ctx.use(Notes).getOrThrow(input.id)).text }),
})
const outer = command('diary.Outer', {
  input: z.object({}),
  output: z.object({}),
  access: 'public',
  calls: [write],
  async run({ call }) {
    await call(write, { id: 'inner', text: 'inside' })
    return {}
  },
})

const entry: CallEntry = {
  id: '',
  at: 0,
  durationMs: 1,
  command: 'diary.Quick',
  tenant: 'main',
  surface: 'code',
  traceId: 'a'.repeat(32),
  input: {},
}

async function open(options: HistoryOptions = {}, hooks: readonly Hook[] = []) {
  const time = createVirtualTime()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-history-'))
  folders.push(folder)
  const parts = [write, broken, read, outer, historyCommands, history(options)]
  const diary = app('diary', { parts, database: usualDatabase(), tenancy: 'shared', hooks })
  const log = memoryLog()
  const running = await diary.open({ folder, ports: { clock: time.clock, timers: time.timers, log, keys } })
  const ada = { id: 'ada', tenant: 'main', permissions: ['diary:write'] }
  const list = async (input: Parameters<typeof running.callOrThrow<typeof historyCommands.listCalls>>[1] = {}) => {
    await running.ports.history!.flush()
    return running.callOrThrow(historyCommands.listCalls, input)
  }
  return { running, time, list, ada, log }
}

test('history knows who called what over which surface, and how it ended', async () => {
  const { running, list, ada, time } = await open()
  const traceId = 'a'.repeat(32)
  await running.call(write, { id: 'n1', text: 'Dear diary' }, { as: ada, surface: 'http', traceId })
  await time.advance(1)
  await running.call(write, { id: 'n2', text: 'secret', fail: true }, { as: ada })
  await time.advance(1)
  await running.call(write, { id: 'n3', text: 'secret' }, { as: null })
  await time.advance(1)
  await running.call(broken, {})
  await time.advance(1)
  await running.callByName('diary.Write', { id: 7, txt: 'wrong' }, { from: 'json' })
  await time.advance(1)
  await running.call(read, { id: 'n1' })
  await time.advance(1)
  const { calls } = await list()
  expect(calls.map(({ command: name, principal, surface, code }) => [name, principal, surface, code])).toEqual([
    ['diary.Write', undefined, 'code', 'InvalidType'],
    ['diary.Break', undefined, 'code', 'Internal'],
    ['diary.Write', undefined, 'code', 'Unauthenticated'],
    ['diary.Write', 'ada', 'code', 'Refused'],
    ['diary.Write', 'ada', 'http', undefined],
  ])
  expect(calls.at(-1)).toMatchObject({ traceId, durationMs: 0 })
  expect(calls[3]!.key).toBe('domain:Refused')

  const { input } = await running.callOrThrow(historyCommands.showCall, { id: calls.at(-1)!.id })
  expect(input).toEqual({ id: 'n1', text: '•••' })
  expect(await running.callOrThrow(historyCommands.revealCall, { id: calls.at(-1)!.id })).toEqual({
    input: { id: 'n1', text: 'Dear diary' },
  })
  const asOperator = { as: { id: 'op', tenant: 'main', permissions: ['heddle:operate'] } }
  expect(await running.call(historyCommands.revealCall, { id: calls.at(-1)!.id }, asOperator)).toMatchObject({
    ok: false,
  })
  await running.close()
})

test('a call is found by command, caller, code and time, page after page', async () => {
  const { running, list, ada, time } = await open()
  const start = time.clock.now()
  for (const id of ['a', 'b', 'c']) await running.call(write, { id, text: id }, { as: ada })
  await time.advance(1000)
  await running.call(write, { id: 'a', text: 'again' })
  expect((await list({ principal: 'ada' })).calls).toHaveLength(3)
  expect((await list({ code: 'NotUnique' })).calls).toHaveLength(1)
  expect((await list({ command: 'diary.Outer' })).calls).toEqual([])
  expect((await list({ since: new Date(start + 500) })).calls.map(({ code }) => code)).toEqual(['NotUnique'])
  expect((await list({ until: new Date(start + 500) })).calls).toHaveLength(3)
  const first = await list({ limit: 3 })
  const second = await list({ limit: 3, after: first.next })
  expect(first.calls).toHaveLength(3)
  expect(second).toMatchObject({ calls: [{ principal: 'ada' }] })
  expect(new Set([...first.calls, ...second.calls].map(({ id }) => id)).size).toBe(4)
  expect(second.next).toBeUndefined()
  await running.close()
})

test('a tenant has its own history', async () => {
  const { running, list, ada } = await open()
  await running.call(write, { id: 'n', text: 'n' }, { as: { ...ada, tenant: 'north' }, tenant: 'north' })
  await running.call(broken, {}, { tenant: 'north' })
  expect((await list()).calls).toEqual([])
  await running.ports.history!.flush()
  const north = await running.callOrThrow(historyCommands.listCalls, {}, { tenant: 'north' })
  expect(north.calls.map(({ command: name }) => name).sort()).toEqual(['diary.Break', 'diary.Write'])
  await running.close()
})

test('a call that writes is kept in the commit of its writes, and only once', async () => {
  const { running, list } = await open()
  const database = databaseOf(running.ports, 'diary')
  const commits: string[][] = []
  const commit = database.commit.bind(database)
  Object.assign(database, {
    commit(asked: Commit) {
      commits.push(asked.writes.map(({ table }) => table.name).sort())
      return commit(asked)
    },
  })
  await running.callOrThrow(outer, {})
  expect(commits).toEqual([['diary.Note', 'heddle.Call']])
  expect((await list()).calls.map(({ command: name }) => name)).toEqual(['diary.Outer'])
  expect(commits).toHaveLength(1)
  await running.close()
})

test('only the commands that are named are kept, and queries where it is said', async () => {
  const { running, list, time } = await open({ commands: ['diary.Read', 'heddle.*'], queries: true })
  await running.call(write, { id: 'n', text: 'n' })
  await running.call(read, { id: 'n' })
  await time.advance(1)
  expect((await list()).calls.map(({ command: name }) => name)).toEqual(['diary.Read'])
  expect((await list()).calls.map(({ command: name }) => name)).toEqual(['heddle.ListCalls', 'diary.Read'])
  await running.close()
})

test('calls that wrote nothing are written when the app is closed, and when the database is back', async () => {
  const { running, list, log, time } = await open()
  const database = databaseOf(running.ports, 'diary')
  const commit = database.commit.bind(database)
  Object.assign(database, { commit: () => Promise.reject(new Error('the disk is full')) })
  await running.call(broken, {})
  await time.advance(100)
  expect(log.lines.at(-1)).toMatchObject({ severity: 'warning', fields: { reason: 'the disk is full', waiting: 1 } })
  Object.assign(database, { commit })
  await running.call(broken, {})
  expect((await list()).calls).toHaveLength(2)
  await running.close()
})

test('when more calls end than can be written, the oldest are given up and the log says how many', async () => {
  const { running, log } = await open({ commands: ['diary.Quick'] })
  for (let nth = 1; nth <= 10_007; nth++) running.ports.history!.add({ ...entry, id: String(nth) })
  await running.ports.history!.flush()
  expect(log.lines).toMatchObject([{ severity: 'warning', fields: { lost: 7, limit: 10_000 } }])
  await running.close()
})

test('a long input is not kept, and old calls go', async () => {
  const { running, list, time } = await open({ keptFor: '2d' })
  await running.callOrThrow(write, { id: 'long', text: 'x'.repeat(70_000) })
  const [call] = (await list()).calls
  expect(await running.callOrThrow(historyCommands.showCall, { id: call!.id })).toMatchObject({
    input: { omitted: expect.stringContaining('65536') },
  })
  const database = databaseOf(running.ports, 'diary')
  await prune(database, { now: () => time.clock.now() + 47 * 3_600_000 })
  expect((await list()).calls).toHaveLength(1)
  await prune(database, { now: () => time.clock.now() + 49 * 3_600_000 })
  expect((await list()).calls).toHaveLength(0)
  await running.close()
})

test('a duration that is none, and an app without a database, are refused', async () => {
  expect(() => history({ keptFor: 'long' })).toThrow('keptFor is a duration')
  await expect(app('diary', { parts: [history()] }).open()).rejects.toMatchObject({ code: 'MissingPart' })
})
