import { createPorts } from 'heddle'
import type { Json } from 'heddle'
import type { SourceHost } from 'heddle/stream'
import { expect, test } from 'vitest'
import { flightReplay, parseSpeed } from './replay.ts'

const host = (): SourceHost => ({ ports: createPorts(), signal: new AbortController().signal }) as SourceHost
const replay = flightReplay(() => ({ dataset: '20k', speed: 'max', seed: 1 }))

/** Reads it all, and opens it anew behind each so-manieth batch. */
async function read(max: number, lives: number) {
  const ids: string[] = []
  const broken: string[] = []
  let position: Json | undefined
  for (let isOver = false; !isOver;) {
    const open = await replay.open(host())
    const reader = await open.openPartition('20k', position)
    for (let batches = 0; batches < lives; batches++) {
      const batch = await reader.read(max)
      isOver = batch === undefined
      if (!batch) break
      ids.push(...batch.values.map((value) => (value as { id: string }).id))
      broken.push(...(batch.unread ?? []).map(({ origin }) => origin))
      position = batch.position
    }
    await reader.close()
    await open.close()
  }
  return { ids, broken }
}

test('a replay gives each flight once and the same ones again behind each position', { timeout: 60_000 }, async () => {
  const whole = await read(1000, Infinity)
  expect(new Set(whole.ids).size).toBe(20_000)
  expect(whole.ids).toHaveLength(20_000)
  expect(whole.broken).toHaveLength(50)
  expect(new Set(whole.broken).size).toBe(50)
  expect(await read(777, 2)).toEqual(whole)
})

test('a speed is a span of time for each second', () => {
  expect(parseSpeed('1d/s')).toBe(86_400)
  expect(parseSpeed('max')).toBe(Infinity)
  for (const wrong of ['fast', '1d', '/s', '1x/s']) expect(() => parseSpeed(wrong)).toThrow(/written like|The speed/)
})
