import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, stream } from '../index.ts'
import { settled } from '../testing/index.ts'

const count = command('demo.Count', {
  input: z.object({ to: z.int() }),
  output: stream(z.int(), z.int()),
  async *run({ input }) {
    for (let n = 1; n <= input.to; n++) yield n
    return input.to
  },
})

test('a second reader is refused and takes nothing from the first', async () => {
  const open = await app('demo', { parts: [count] }).open()
  const call = open.stream(count, { to: 4 })
  const items: number[] = []
  for await (const item of call) {
    items.push(item)
    if (item === 2) expect(() => call[Symbol.asyncIterator]()).toThrow('they have a reader already')
  }
  expect(items).toEqual([1, 2, 3, 4])
  expect(await call.outcome).toEqual({ ok: true, value: 4 })
  const again = (async () => {
    for await (const item of call) items.push(item)
  })()
  await expect(again).rejects.toMatchObject({ name: 'Defect', code: 'StreamMisused', data: { command: 'demo.Count' } })
})

test('who reads when items have gone by is refused instead of getting the rest of them', async () => {
  const open = await app('demo', { parts: [count] }).open()
  const call = open.stream(count, { to: 3 })
  expect(await call.outcome).toEqual({ ok: true, value: 3 })
  expect(() => call[Symbol.asyncIterator]()).toThrow('The items of demo.Count cannot be read: some went by before.')
})

test('a reader who comes before the first item gets every item, also when the outcome was asked for first', async () => {
  const open = await app('demo', { parts: [count] }).open()
  const call = open.stream(count, { to: 3 })
  const ended = call.outcome
  const reader = call[Symbol.asyncIterator]()
  await settled()
  const items: number[] = []
  for (let next = await reader.next(); !next.done; next = await reader.next()) items.push(next.value)
  expect(items).toEqual([1, 2, 3])
  expect(await ended).toEqual({ ok: true, value: 3 })
})
