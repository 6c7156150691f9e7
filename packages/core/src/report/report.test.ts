import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import type { Hook } from '../call/hooks.ts'
import { error } from '../error/declared.ts'
import { memoryLog } from '../ports/log.ts'
import { sensitive } from '../schema/annotate/index.ts'
import { createVirtualTime } from '../testing/index.ts'
import { type Alert, createAlert } from './alerts.ts'
import { createErrorCollection } from './error-collection.ts'
import type { ErrorRecord } from './error-record.ts'
import { onErrors } from './on-errors.ts'
import { formatErrorTable, reportErrors } from './report-errors.ts'

const input = z.object({ items: z.array(z.object({ email: z.email() })), how: z.enum(['fine', 'Full', 'defect']) })

async function open(hooks: readonly Hook[]) {
  const book = command('hotel.Book', {
    input,
    output: z.boolean(),
    errors: { Full: error(z.object({ card: sensitive(z.string()), until: z.string() }), { severity: 'warning' }) },
    access: 'public',
    run({ input: { how }, fail }) {
      if (how === 'defect') throw new TypeError('a mistake')
      return how === 'fine' ? true : fail.Full({ card: '4111-1111', until: '2027' })
    },
  })
  const travel = command('trips.Travel', {
    input,
    output: z.boolean(),
    access: 'public',
    calls: [book],
    run: async ({ input: given, call }) => await call(book, given),
  })
  const time = createVirtualTime()
  const ports = { clock: time.clock, timers: time.timers, log: memoryLog() }
  const running = await app('t', { parts: [book, travel], hooks }).open({ ports })
  const call = async (how: string, emails: readonly string[] = [], id?: string, what: 'book' | 'travel' = 'book') => {
    const as = id === undefined ? undefined : { id, permissions: [] }
    await running.callByName(
      what === 'book' ? book.name : travel.name,
      { items: emails.map((email) => ({ email })), how },
      { as },
    )
    await time.advance(1000)
  }
  return { call, time, ports }
}

const codes = (records: Iterable<ErrorRecord>) => [...records].map(({ failure }) => failure.code)

test('a collection holds what calls end with, and can be asked by every field', async () => {
  const errors = createErrorCollection()
  const { call, time } = await open(errors.hooks)
  const begin = time.clock.now()
  await call('fine', ['a@b.co'])
  await call('fine', ['a@b.co', 'x', 'y'])
  await call('Full', [], 'ada')
  await call('Full', [], 'bob', 'travel')
  await call('defect')
  expect(codes(errors)).toEqual(['InvalidString', 'InvalidString', 'Full', 'Full', 'Internal'])
  expect(codes(errors.query({ path: 'items/#/email' }))).toEqual(['InvalidString', 'InvalidString'])
  expect(codes(errors.query({ path: 'items/2' }))).toEqual(['InvalidString'])
  expect(codes(errors.query({ category: 'domain', principal: 'ada' }))).toEqual(['Full'])
  expect(codes(errors.query({ least: 'warning' }))).toEqual(['Full', 'Full', 'Internal'])
  expect(codes(errors.query({ severity: 'error' }))).toEqual(['Internal'])
  expect(codes(errors.query({ command: 'trips.Travel' }))).toEqual(['Full'])
  expect(codes(errors.query({ command: 'hotel.*', code: 'Full' }))).toEqual(['Full', 'Full'])
  expect(codes(errors.query({ since: begin + 3000, until: begin + 4000 }))).toEqual(['Full'])
  expect(codes(errors.query({ tenant: 'north' }))).toEqual([])
})

test('errors that are alike are grouped: how often, since when, and the newest of them without its secrets', async () => {
  const errors = createErrorCollection()
  const { call, time } = await open(errors.hooks)
  const begin = time.clock.now()
  await call('fine', ['x', 'a@b.co', 'y'])
  await call('Full')
  await call('Full')
  await call('Full', [], 'ada', 'travel')
  const groups = errors.groupBy()
  expect(
    groups.map(({ by, count, firstAt, lastAt }) => [by.key, by.command, count, firstAt - begin, lastAt - begin]),
  ).toEqual([
    ['domain:Full', 'hotel.Book', 2, 1000, 2000],
    ['data/items/#/email:InvalidString', 'hotel.Book', 2, 0, 0],
    ['hotel.Book>domain:Full', 'trips.Travel', 1, 3000, 3000],
  ])
  expect(errors.groupBy('code').map(({ by, count }) => [by, count])).toEqual([
    [{ code: 'Full' }, 3],
    [{ code: 'InvalidString' }, 2],
  ])
  const report = JSON.stringify(reportErrors(errors, { by: ['code'] }))
  expect(report).not.toContain('4111')
  expect(JSON.parse(report)).toMatchObject({
    errors: 5,
    dropped: 0,
    otherGroups: 0,
    groups: [
      {
        code: 'Full',
        count: 3,
        first: '2020-01-01T00:00:01.000Z',
        example: { command: 'trips.Travel', principal: 'ada' },
      },
      { code: 'InvalidString', count: 2 },
    ],
  })
})

test('the table tells one line for each group, and how many it left out', async () => {
  const errors = createErrorCollection()
  const { call } = await open(errors.hooks)
  expect(formatErrorTable(errors)).toBe('no errors')
  await call('fine', ['x'])
  await call('Full')
  await call('Full')
  expect(formatErrorTable(errors, { by: ['code', 'command'], most: 1 }).split('\n')).toEqual([
    'count  code  command     first                     last                      example',
    '2      Full  hotel.Book  2020-01-01T00:00:01.000Z  2020-01-01T00:00:02.000Z  Full.',
    '… and 1 more groups',
  ])
})

test('a collection keeps the newest and says how many it let go', async () => {
  const errors = createErrorCollection({ limit: 3 })
  const { call } = await open(errors.hooks)
  for (let times = 0; times < 8; times++) await call('Full', [], `caller ${times}`)
  expect([...errors].map(({ principal }) => principal)).toEqual(['caller 5', 'caller 6', 'caller 7'])
  expect([errors.size, errors.dropped]).toEqual([3, 5])
  errors.clear()
  expect([errors.size, errors.dropped, [...errors]]).toEqual([0, 0, []])
})

test('a hook tells of grave errors as they come, and what it throws changes nothing', async () => {
  const told: string[] = []
  const hooks = onErrors({ least: 'warning', command: 'hotel.*' }, async ({ failure }) => {
    told.push(failure.code)
    throw new Error('the tracker is away')
  })
  const { call, ports } = await open(hooks)
  await call('fine', ['x'])
  await call('Full', [], undefined, 'travel')
  await call('defect')
  expect(told).toEqual(['Full', 'Internal'])
  expect(ports.log.lines.filter(({ fields }) => fields?.cause === 'Error: the tracker is away')).toHaveLength(2)
})

test('an alert comes once when too many errors came in its time, and again after a quiet time', async () => {
  const alerts: Alert[] = []
  const alert = createAlert({ code: 'Full', least: 'warning', count: 3, within: '5s', quiet: '10s' }, (told) => {
    alerts.push(told)
  })
  const { call, time } = await open(alert.hooks)
  const begin = time.clock.now()
  await call('Full')
  await call('Full')
  await time.advance(5000)
  await call('Full')
  expect(alerts).toEqual([])
  await call('Full')
  await call('Full')
  expect(alerts).toMatchObject([{ count: 3, since: begin + 7000, last: { at: begin + 9000 } }])
  for (let times = 0; times < 9; times++) await call('Full')
  expect(alerts).toHaveLength(1)
  for (let times = 0; times < 3; times++) await call('Full')
  expect(alerts).toHaveLength(2)
})
