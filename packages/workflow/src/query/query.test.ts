import { app, command, type OpenApp } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { runOperations, workflow } from '../index.ts'

const counted = { packed: 0 }
const pack = command('depot.Pack', {
  input: z.object({ box: z.int() }),
  output: z.object({ box: z.int() }),
  run({ input }) {
    counted.packed++
    return input
  },
})
const load = workflow('depot.Load', {
  input: z.object({ boxes: z.int() }),
  output: z.object({ boxes: z.int(), gate: z.string() }),
  errors: { GateClosed: z.object({ gate: z.string() }) },
  steps: [pack],
  signals: { leave: z.object({}) },
  queries: { progress: z.object({ packed: z.int(), of: z.int() }), gate: z.string() },
  updates: { gate: { input: z.object({ gate: z.string() }), output: z.object({ before: z.int() }) } },
  async run({ input: { boxes }, step, expose, signal, update, fail }) {
    let packed = 0
    let gate = 'none'
    expose('progress', () => ({ packed, of: boxes }))
    for (let box = 0; box < boxes; box++) {
      await step(`pack-${box}`, pack, { box })
      packed++
    }
    await update('gate', (chosen) => {
      if (chosen.gate === 'north') return fail.GateClosed(chosen)
      gate = chosen.gate
      return { before: packed }
    })
    expose('gate', () => gate)
    await signal('leave')
    return { boxes, gate }
  },
})

async function opened(folder = newFolder()): Promise<OpenApp> {
  const running = await app('depot', { parts: [load], database: sqlite() }).open({ folder })
  await running.start()
  return running
}
const { awaits, queries, updates, signals, watch } = load.ways

async function started(running: OpenApp): Promise<string> {
  const { run } = await running.callOrThrow(load.command, { boxes: 3 })
  for await (const { state } of running.stream(watch, { run })) if (state === 'waiting') break
  return run
}

test('a run is asked for what its body exposes, also in a process that does not run it, and when it has ended', async () => {
  const folder = newFolder()
  const first = await opened(folder)
  const run = await started(first)
  expect(await first.callOrThrow(queries.progress!, { run })).toEqual({ packed: 3, of: 3 })
  await first.close()
  const looking = await app('depot', { parts: [load], database: sqlite() }).open({ folder })
  counted.packed = 0
  expect(await looking.callOrThrow(queries.progress!, { run })).toEqual({ packed: 3, of: 3 })
  expect(counted.packed).toBe(0)
  await looking.close()
  const second = await opened(folder)
  await second.callOrThrow(updates.gate!, { run, input: { gate: 'south' } })
  await second.callOrThrow(signals.leave!, { run, data: {} })
  expect(await second.call(awaits, { run })).toMatchObject({ ok: true, value: { gate: 'south' } })
  expect(await second.callOrThrow(queries.progress!, { run })).toEqual({ packed: 3, of: 3 })
  await second.close()
})

test('an update is answered by the body, which may refuse it and wait for the next one', async () => {
  const running = await opened()
  const run = await started(running)
  expect(await running.callOrThrow(runOperations.explainRun, { run })).toMatchObject({
    because: [expect.stringContaining('it waits for the update gate.')],
  })
  const refused = await running.call(updates.gate!, { run, input: { gate: 'north' } })
  expect(refused).toMatchObject({ ok: false, errors: [{ code: 'GateClosed', data: { gate: 'north' } }] })
  const options = { idempotencyKey: 'one' }
  expect(await running.callOrThrow(updates.gate!, { run, input: { gate: 'south' } }, options)).toEqual({ before: 3 })
  expect(await running.callOrThrow(updates.gate!, { run, input: { gate: 'south' } }, options)).toEqual({ before: 3 })
  await running.callOrThrow(signals.leave!, { run, data: {} })
  expect(await running.call(awaits, { run })).toEqual({ ok: true, value: { boxes: 3, gate: 'south' } })
  expect(await running.callOrThrow(queries.gate!, { run })).toBe('south')
  const late = await running.call(updates.gate!, { run, input: { gate: 'west' } })
  expect(late).toMatchObject({ ok: false, errors: [{ code: 'RunEnded' }] })
  await running.close()
})

test('what a run has not come to exposing is not answered', async () => {
  const running = await app('depot', { parts: [load], database: sqlite() }).open({ folder: newFolder() })
  const { run } = await running.callOrThrow(load.command, { boxes: 3 })
  expect(await running.callOrThrow(queries.progress!, { run })).toEqual({ packed: 0, of: 3 })
  const early = await running.call(queries.gate!, { run })
  expect(early).toMatchObject({ ok: false, errors: [{ code: 'NotExposed' }] })
  await running.close()
})
