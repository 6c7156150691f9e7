import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, event, memoryLog, type OpenApp } from '@heddle/core'
import { createVirtualTime, type VirtualTime } from '@heddle/core/testing'
import { sqlite } from '@heddle/data'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import type { Json } from '@heddle/core'
import type { Plan } from '../plan/plan.ts'
import { pipeline } from '../run/pipeline.ts'
import { pausePipeline, resumePipeline } from '../versions/commands/pause-pipeline.ts'

const placed = event('order.Placed', { data: z.object({ order: z.string(), cents: z.int() }) })
const place = command('order.Place', {
  input: z.object({ order: z.string(), cents: z.int() }),
  output: z.null(),
  emits: [placed],
  run({ input, emit }) {
    emit(placed, input)
    return null
  },
})

const folders: string[] = []
const opened: { readonly open: OpenApp; readonly time: VirtualTime }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await closing(one)
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function closing({ open, time }: (typeof opened)[number]): Promise<void> {
  const closed = open.close()
  await time.advance(20_000)
  await closed
}

/** An app whose pipeline answers `order.Placed`; what it was given stands in `given`. */
async function appWith(on: Json, folder?: string) {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'heddle-on-'))
  if (folder === undefined) folders.push(home)
  const given: unknown[] = []
  const note = command('order.Note', {
    input: z.unknown(),
    output: z.null(),
    errors: { Refused: z.object({}) },
    run({ input, fail }) {
      if (JSON.stringify(input).includes('bad')) return fail.Refused({})
      given.push(input)
      return null
    },
  })
  const plan: Plan = { heddle: 1, pipeline: 'order.Follow', on, steps: [{ id: 'note', call: 'order.Note' }] }
  const follow = pipeline(plan, { commands: [note], events: [placed] })
  const time = createVirtualTime()
  const { clock, timers } = time
  const parts = [placed, place, note, follow]
  const open = await app('shop', { parts, database: sqlite() }).open({
    folder: home,
    ports: { clock, timers, log: memoryLog() },
  })
  opened.push({ open, time })
  await open.start()
  const tell = (order: string, cents = 1) => open.callOrThrow(place, { order, cents })
  /** Lets handlers work without moving the time by more than they need to be woken. */
  const handled = (expected: unknown[]) => expect.poll(() => given, { timeout: 5000 }).toEqual(expected)
  const waits = async (count: number) => {
    const waiting = async () => (await open.health()).parts['gatherer order.Follow']
    await expect.poll(waiting, { timeout: 5000 }).toMatchObject({ detail: { waiting: count } })
  }
  return { open, time, given, tell, handled, waits, folder: home }
}

const data = (order: string, cents = 1) => ({ order, cents })

test('a pipeline runs for each event that it answers', async () => {
  const { tell, handled } = await appWith('order.Placed')
  await tell('a')
  await tell('b')
  await handled([data('a'), data('b')])
})

test('what was handled already is left out, as long as it is remembered', async () => {
  const { tell, handled, time } = await appWith({ event: 'order.Placed', dedupe: { by: 'it.order', for: '1h' } })
  await tell('a', 1)
  await tell('a', 2)
  await tell('b', 3)
  await handled([data('a', 1), data('b', 3)])
  await time.advance(3_600_000)
  await tell('a', 4)
  await handled([data('a', 1), data('b', 3), data('a', 4)])
})

test('debounced events are handled when no other came for so long, each group by itself, the last one only', async () => {
  const { tell, handled, time, waits, given } = await appWith({
    event: 'order.Placed',
    by: 'it.order',
    debounce: '10s',
  })
  await tell('a', 1)
  await waits(1)
  await time.advance(9000)
  await tell('a', 2)
  await tell('b', 3)
  await waits(2)
  await expect.poll(() => given).toEqual([])
  await time.advance(9999)
  expect(given).toEqual([])
  await time.advance(1)
  await handled(expect.arrayContaining([data('a', 2), data('b', 3)]) as never)
  await waits(0)
  expect(given).toHaveLength(2)
})

test('batched events are given as a list, when there are enough or the first one has waited for long', async () => {
  const { tell, handled, time, waits } = await appWith({ event: 'order.Placed', batch: { size: 2, wait: '5s' } })
  await tell('a')
  await tell('b')
  await tell('c')
  await waits(1)
  await time.advance(0)
  await handled([[data('a'), data('b')]])
  await waits(1)
  await time.advance(5000)
  await handled([[data('a'), data('b')], [data('c')]])
})

test('events that waited when the process ended are handled by the next one', async () => {
  const first = await appWith({ event: 'order.Placed', batch: { size: 10, wait: '5s' } })
  await first.tell('a')
  await first.waits(1)
  await closing(opened.pop()!)
  const second = await appWith({ event: 'order.Placed', batch: { size: 10, wait: '5s' } }, first.folder)
  await second.waits(1)
  await second.time.advance(60_000)
  await second.handled([[data('a')]])
})

test('gathered events for which the pipeline fails are kept as a dead letter, and others go on', async () => {
  const { open, tell, time, waits, handled } = await appWith({ event: 'order.Placed', by: 'it.order', debounce: '1s' })
  await tell('bad')
  await tell('good')
  await waits(2)
  await time.advance(1000)
  await handled([data('good')])
  const letters = () => open.ports.deadLetters.list({ tenant: 'main' })
  await expect.poll(letters).toMatchObject([{ command: 'order.FollowOfEvents', input: data('bad') }])
})

test('a paused pipeline lets events wait, and handles them in their order when it goes on', async () => {
  const { open, tell, time, given, handled, waits } = await appWith('order.Placed')
  await tell('a')
  await handled([data('a')])
  await open.callOrThrow(pausePipeline, { pipeline: 'order.Follow' })
  await tell('b')
  await tell('c')
  await waits(1)
  await time.advance(60_000)
  expect(given).toEqual([data('a')])
  await open.callOrThrow(resumePipeline, { pipeline: 'order.Follow' })
  const goOn = async () => {
    await time.advance(1)
    return given
  }
  await expect.poll(goOn, { timeout: 5000 }).toEqual([data('a'), data('b'), data('c')])
  await tell('d')
  await expect.poll(goOn, { timeout: 5000 }).toEqual([data('a'), data('b'), data('c'), data('d')])
})

const made = (on: Json, more: Partial<Plan> = {}) => {
  const plan: Plan = { heddle: 1, pipeline: 'order.Follow', on, ...more, steps: [{ id: 'same', map: 'it' }] }
  return () => pipeline(plan, { events: [placed] })
}

test('events that are not there, do not fit, or are gathered in no way are told', () => {
  expect(made('order.Placd')).toThrow('There is no event "order.Placd"; did you mean order.Placed?')
  expect(made('order.Placed', { input: { order: 'int', cents: 'int' } })).toThrow(/What the events tell at order/)
  expect(made({ event: 'order.Placed', by: 'it.nothing', debounce: '1s' })).toThrow(/nothing/)
  expect(made({ event: 'order.Placed', debounce: '1s', batch: {} })).toThrow('debounced or taken in batches, not both')
  expect(made({ event: 'order.Placed', every: '1s' })).toThrow('This names no events')
})
