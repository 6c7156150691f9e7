import { expect, test } from 'vitest'
import { z } from 'zod'
import {
  type AnyEvent,
  app,
  buildManifest,
  checkManifests,
  command,
  event,
  memoryLog,
  readEventData,
} from '../index.ts'
import { recordingTransactions } from '../testing/index.ts'

const Transferred = event('bank.Transferred', {
  data: z.object({ from: z.string(), cents: z.int().positive(), at: z.date().default(new Date(0)) }),
  key: ({ from }) => from,
})
const Other = event('bank.Other', { data: z.object({}) })

const transfer = command('bank.Transfer', {
  input: z.object({ cents: z.int() }),
  output: z.null(),
  emits: [Transferred],
  run({ input: { cents }, emit }) {
    if (cents === 0) emit(Other as never, {} as never)
    else emit(Transferred, { from: 'a', cents })
    return null
  },
})
const peek = command('bank.Peek', {
  kind: 'query',
  input: z.object({}),
  output: z.null(),
  calls: [transfer],
  run: ({ call }) => call(transfer, { cents: 1 }) as Promise<never>,
})
const tryTwice = command('bank.TryTwice', {
  input: z.object({}),
  output: z.null(),
  calls: [transfer],
  async run({ call }) {
    await call.try(transfer, { cents: 1 })
    await call(transfer, { cents: 2 })
    return null
  },
})

async function open() {
  const transactions = recordingTransactions()
  const log = memoryLog()
  const bank = await app('bank', { parts: [transfer, peek, tryTwice] }).open({ ports: { transactions, log } })
  return { bank, events: transactions.events, log }
}

test('an event goes into the unit of work with its key and its data as JSON, and is committed with it', async () => {
  const { bank, events } = await open()
  expect(await bank.call(transfer, { cents: 5 })).toEqual({ ok: true, value: null })
  expect(events).toEqual([
    'unit 1 begin command',
    'unit 1 emit bank.Transferred a {"from":"a","cents":5,"at":"1970-01-01T00:00:00.000Z"}',
    'unit 1 commit',
  ])
})

test('an event of call.try goes into its overlay', async () => {
  const { bank, events } = await open()
  await bank.callOrThrow(tryTwice, {})
  expect(events.filter((line) => line.includes('emit')).map((line) => line.slice(0, 25))).toEqual([
    'unit 1.overlay emit bank.',
    'unit 1 emit bank.Transfer',
  ])
})

test.each([
  ['an event that is not listed in emits', { cents: 0 }, 'UndeclaredEmit'],
  ['data that does not fit', { cents: -1 }, 'InvalidEvent'],
])('%s is a defect, and nothing is committed', async (_what, input, code) => {
  const { bank, events, log } = await open()
  expect(await bank.call(transfer, input)).toMatchObject({ ok: false, errors: [{ code: 'Internal' }] })
  expect(log.lines.map(({ fields }) => fields?.['code'])).toEqual([code])
  expect(events.filter((line) => line.includes('commit'))).toEqual([])
})

test('a query that emits, also through a command, is a defect', async () => {
  const { bank, log } = await open()
  await bank.call(peek, {})
  expect(log.lines.map(({ fields }) => fields?.['code'])).toEqual(['QueryWrote'])
})

test('without a database emitting is a defect that says so', async () => {
  const log = memoryLog()
  const bank = await app('bank', { parts: [transfer] }).open({ ports: { log } })
  await bank.call(transfer, { cents: 1 })
  expect(log.lines[0]!.message).toContain('needs a database')
})

test('an event stands in the manifest with its type, and in the section of who emits it', () => {
  const { parts } = app('bank', { parts: [transfer] }).manifest()
  expect(parts['event']!['bank.Transferred']).toMatchObject({ version: 1, keyed: true, data: { type: 'object' } })
  expect(parts['command']!['bank.Transfer']).toMatchObject({ emits: ['bank.Transferred'] })
})

const data = z.object({ cents: z.int(), note: z.string().optional() })
const paid = (changes: object = {}) => event('bank.Paid', { data, ...changes })
const upcast = { 1: (old: object) => ({ currency: 'EUR', ...old }) }

test.each<[string, AnyEvent[], AnyEvent[], string[]]>([
  ['a new event', [], [paid()], ['safe added']],
  ['an event that is gone', [paid()], [], ['breaking removed']],
  ['another summary', [paid()], [paid({ summary: 'Money came' })], []],
  [
    'a new field that is needed',
    [paid()],
    [paid({ data: data.extend({ currency: z.string() }) })],
    ['breaking data/currency: field unknown → required'],
  ],
  [
    'the same with a version that says what becomes of stored events',
    [paid()],
    [paid({ data: data.extend({ currency: z.string() }), version: 2, upcast })],
    ['safe version: 1 → 2', 'safe data/currency: field unknown → required'],
  ],
  [
    'a field that readers may miss',
    [paid()],
    [paid({ data: z.object({ cents: z.int().optional(), note: z.string().optional() }) })],
    ['breaking data/cents: field required → optional'],
  ],
  ['an older version', [paid({ version: 2, upcast })], [paid()], ['breaking version: 2 → 1']],
  ['a key of its own', [paid()], [paid({ key: () => 'a' })], ['breaking key: none → own']],
])('check tells of %s', async (_what, before, after, expected) => {
  const manifest = (events: AnyEvent[]) => buildManifest('bank', events)
  const verdicts = await checkManifests(manifest(before), manifest(after), [paid().kind])
  expect(verdicts.map(({ level, change }) => `${level} ${change}`)).toEqual(expected)
})

test('stored data becomes the newest version step by step, with dates for their text', () => {
  const Noted = event('bank.Noted', {
    data: z.object({ at: z.date(), words: z.array(z.string()) }),
    version: 3,
    upcast: {
      1: ({ text, at }: { text: string; at: string }) => ({ words: text, at }),
      2: ({ words, at }: { words: string; at: string }) => ({ words: words.split(' '), at }),
    },
  })
  const at = '2026-01-01T00:00:00.000Z'
  const expected = { at: new Date(at), words: ['a', 'b'] }
  expect(readEventData(Noted, 1, { text: 'a b', at })).toEqual(expected)
  expect(readEventData(Noted, 3, { words: ['a', 'b'], at })).toEqual(expected)
  expect(() => readEventData(Noted, 4, {})).toThrow(expect.objectContaining({ code: 'UnreadableEvent' }))
})

test.each([
  ['a version without an upcast from the one before', { data, version: 2 }],
  ['a version that is no number', { data, version: 0.5 }],
  ['an asynchronous type', { data: z.object({ cents: z.int().refine(async () => true) }) }],
])('%s is refused', (_what, definition) => {
  expect(() => event('bank.Bad', definition)).toThrow(expect.objectContaining({ code: 'InvalidDefinition' }))
})
