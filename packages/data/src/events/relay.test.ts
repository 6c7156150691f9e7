import { app, command, event, memoryLog, type Part, systemFailure } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { usualDatabase } from '../testing/test-store.ts'
import type { RawEvent } from './raw-event.ts'
import { readersOf } from './reader-progress.ts'
import { eventRelay, type RelayFacts } from './relay.ts'

const Counted = event('count.Counted', { data: z.object({ n: z.int(), text: z.string().optional() }) })
const Other = event('count.Other', { data: z.object({}) })

const count = command('count.Count', {
  input: z.object({ from: z.int(), to: z.int(), size: z.int().optional() }),
  output: z.null(),
  emits: [Counted, Other],
  run({ input: { from, to, size }, emit }) {
    emit(Other, {})
    for (let n = from; n <= to; n++) emit(Counted, size === undefined ? { n } : { n, text: 'x'.repeat(size) })
    return null
  },
})

/** The part that another engine would make of it. */
function relayPart(hand: RelayFacts['hand'], from: 'now' | 'start') {
  const relay = eventRelay({ name: 'count.Relay', on: [Counted], from, hand })
  const part: Part = {
    kind: { name: 'relay', compare: () => [] },
    name: 'relay',
    describe: () => ({}),
    open: relay.open,
    start: relay.start,
    drain: relay.drain,
    stop: relay.stop,
  }
  return { relay, part: Object.assign(part, { progress: relay.progress }) }
}

/** Whom events are handed to; he refuses them while he is told to. */
class Taker {
  readonly batches: number[][] = []
  refuses = false
  asked = 0
  #waiting: (() => void)[] = []

  readonly hand = async (events: readonly RawEvent[]): Promise<void> => {
    this.asked++
    for (const wake of this.#waiting.splice(0)) wake()
    if (this.refuses) throw systemFailure('Unavailable', { what: 'the taker' })
    this.batches.push(events.map(({ data }) => (JSON.parse(data) as { n: number }).n))
  }
  async until(reached: () => boolean): Promise<void> {
    while (!reached()) await new Promise<void>((resolve) => this.#waiting.push(resolve)).then(settled)
  }
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-relay-'))
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

async function open(taker: Taker, { folder = newFolder(), from = 'now' as 'now' | 'start', time = {} } = {}) {
  const log = memoryLog()
  const { part, relay } = relayPart(taker.hand, from)
  const declared = app('count', { parts: [count, part], database: usualDatabase() })
  const opened = await declared.open({ folder, ports: { log, ...time } })
  await opened.start()
  return { opened, log, relay }
}

test('events are handed on in order and in batches, without those that are not asked for', async () => {
  const taker = new Taker()
  const { opened, relay } = await open(taker)
  await opened.callOrThrow(count, { from: 1, to: 600 })
  await taker.until(() => taker.batches.flat().length === 600)
  expect(taker.batches.flat()).toEqual(upTo(600))
  expect(Math.max(...taker.batches.map(({ length }) => length))).toBeLessThanOrEqual(256)
  expect(await readersOf(opened)).toMatchObject([{ name: 'count.Relay', kind: 'relay', behind: 0 }])
  expect(await relay.progress()).not.toHaveProperty('trouble')
  await opened.close()
})

test('a batch holds no more than a megabyte of data, unless one event alone does', async () => {
  const taker = new Taker()
  const { opened } = await open(taker)
  await opened.callOrThrow(count, { from: 1, to: 6, size: 400_000 })
  await taker.until(() => taker.batches.flat().length === 6)
  expect(taker.batches).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ])
  await opened.close()
})

test('while they are refused events wait, and are tried after growing pauses or when it is said to try now', async () => {
  const taker = new Taker()
  taker.refuses = true
  const time = createVirtualTime()
  const { opened, relay, log } = await open(taker, { time: { clock: time.clock, timers: time.timers } })
  await opened.callOrThrow(count, { from: 1, to: 2 })
  await taker.until(() => taker.asked === 1)
  for (const pauseMs of [1000, 2000, 4000]) {
    await untilTimer(time, pauseMs)
    const { asked } = taker
    await time.advance(pauseMs - 1)
    expect(taker.asked).toBe(asked)
    await time.advance(1)
    await taker.until(() => taker.asked === asked + 1)
  }
  await opened.callOrThrow(count, { from: 3, to: 3 })
  expect(await relay.progress()).toMatchObject({ behind: 5, trouble: 'events 2 to 3: the taker cannot be reached.' })
  expect(log.lines.filter(({ message }) => message.includes('stands still'))).toHaveLength(1)
  taker.refuses = false
  relay.tryNow()
  await taker.until(() => taker.batches.flat().length === 3)
  expect(taker.batches).toEqual([[1, 2], [3]])
  const closing = opened.close()
  await settled()
  await time.advance(60_000)
  await closing
})

test('its place is kept: what was handed on is not handed on again after an orderly end', async () => {
  const [taker, folder] = [new Taker(), newFolder()]
  const first = await open(taker, { folder })
  await first.opened.callOrThrow(count, { from: 1, to: 2 })
  await taker.until(() => taker.batches.flat().length === 2)
  await first.opened.close()
  const second = await open(taker, { folder })
  await second.opened.callOrThrow(count, { from: 3, to: 3 })
  await taker.until(() => taker.batches.flat().length === 3)
  expect(taker.batches).toEqual([[1, 2], [3]])
  await second.opened.close()
})

test.each([
  ['now', [3]],
  ['start', [1, 2, 3]],
] as const)('a new one begins with what is kept from %s', async (from, expected) => {
  const folder = newFolder()
  const before = await app('count', { parts: [count], database: usualDatabase() }).open({ folder })
  await before.callOrThrow(count, { from: 1, to: 2 })
  await before.close()
  const taker = new Taker()
  const { opened } = await open(taker, { folder, from })
  await opened.callOrThrow(count, { from: 3, to: 3 })
  await taker.until(() => taker.batches.flat().includes(3))
  expect(taker.batches.flat()).toEqual(expected)
  await opened.close()
})

/** Waits until a timer is set that fires within a time. */
async function untilTimer(time: ReturnType<typeof createVirtualTime>, delayMs: number): Promise<void> {
  while (time.next() === undefined || time.next()! > time.clock.now() + delayMs) await settled()
}
