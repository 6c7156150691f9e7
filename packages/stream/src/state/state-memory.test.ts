import { spawnSync } from 'node:child_process'
import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { expect, test } from 'vitest'
import { type CellsOf, list, map, value } from './cells.ts'
import { openState } from './open-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-state-memory-'))
const megabyte = 1024 * 1024

test('state of which a quarter fits into memory works within that memory, and no key is lost', () => {
  const keys = 120_000 // About 56 MiB where all of it is in memory.
  const fixture = join(import.meta.dirname, '../../fixtures/state/many-keys.ts')
  const run = spawnSync(
    process.execPath,
    ['--max-old-space-size=64', '--max-semi-space-size=2', fixture, join(folder, 'many'), `${keys}`, '14', '2'],
    { encoding: 'utf8' },
  )
  const told = JSON.parse(run.stdout) as { keys: number; wrong: number; atStart: number; peak: number }
  expect(told).toMatchObject({ keys, wrong: 0 })
  expect((told.peak - told.atStart) / megabyte).toBeLessThan(45)
}, 120_000)

test('a checkpoint writes what changed, and not what is there', () => {
  const state = openState({ file: join(folder, 'changed') })
  const shapes = { sum: value(z.number()), all: list(z.number()), open: map(z.number()) }
  const step = state.step('counts', shapes)
  const { sum, all, open } = step.cells as unknown as CellsOf<typeof shapes>
  for (let key = 0; key < 1000; key++) {
    step.select(key)
    sum.set(key)
    for (let at = 0; at < 20; at++) {
      all.push(at)
      open.set(at, key)
    }
  }
  const whole = state.checkpoint(1).bytes
  const bytesOf = (epoch: number, changed: number): number => {
    for (let key = 0; key < changed; key++) {
      step.select(key)
      sum.set(-key)
      all.push(1)
      open.set(7, -key)
    }
    return state.checkpoint(epoch).bytes
  }
  const [none, ten, hundred] = [bytesOf(2, 0), bytesOf(3, 10), bytesOf(4, 100)]
  expect(none).toBeLessThan(ten! / 2)
  expect(hundred! / ten!).toBeGreaterThan(7)
  expect(hundred! / ten!).toBeLessThan(13)
  expect(hundred).toBeLessThan(whole / 50)
  state.close()
})

test('a map of very many entries of one key is read entry by entry, and kept within memory', () => {
  const state = openState({ file: join(folder, 'map'), memoryBytes: 2 * megabyte })
  const shapes = { seen: map(z.object({ n: z.number() })) }
  const step = state.step('all', shapes)
  const { seen } = step.cells as unknown as CellsOf<typeof shapes>
  for (let at = 0; at < 50_000; at++) {
    step.select(null)
    seen.set(`entry ${at}`, { n: at })
    if (at % 10_000 === 0) expect(step.size().memoryBytes).toBeLessThan(3 * megabyte)
  }
  const { bytes } = state.checkpoint(1)
  expect(bytes).toBeGreaterThan(100_000)
  step.select(null)
  expect([seen.size, seen.get('entry 17'), seen.get('entry 49999'), seen.has('entry 50000')]).toEqual([
    50_000, { n: 17 }, { n: 49_999 }, false,
  ]) // prettier-ignore
  seen.get('entry 17')!.n = -1
  seen.touch('entry 17')
  expect(state.checkpoint(2).bytes).toBeLessThan(100)
  state.close()
})

test('timers beyond memory wait in the file, and all come in their order', () => {
  const state = openState({ file: join(folder, 'timers'), memoryBytes: megabyte })
  const step = state.step('alarms', {})
  const count = 30_000
  for (let at = 0; at < count; at++) {
    step.select(`key ${(at * 7919) % count}`)
    step.timer((at * 104_729) % 5000)
    if (at % 5 === 0) step.cancelTimer((at * 104_729) % 5000)
    if (at === count / 2) state.checkpoint(1)
  }
  expect(step.size().memoryBytes).toBeLessThan(2 * megabyte)
  let fired = 0
  let [time, key] = [-1, '']
  for (let taken = step.takeTimer(Infinity); taken !== undefined; taken = step.takeTimer(Infinity)) {
    fired++
    const next = step.key as string
    expect(taken.time > time || (taken.time === time && next > key)).toBe(true)
    time = taken.time
    key = next
  }
  expect(fired).toBe((count * 4) / 5)
  expect(step.firstTimer).toBe(Infinity)
  state.close()
})

test('what was spilled and forgotten does not make the file grow', () => {
  const file = join(folder, 'steady')
  const state = openState({ file, memoryBytes: megabyte })
  const shapes = { sum: value(z.string()) }
  const step = state.step('steady', shapes)
  const { sum } = step.cells as unknown as CellsOf<typeof shapes>
  for (let epoch = 1; epoch <= 24; epoch++) {
    for (let key = 0; key < 5000; key++) {
      step.select(key)
      sum.set(`epoch ${epoch} `.repeat(10))
    }
    state.checkpoint(epoch)
    state.forget(epoch - 1)
  }
  state.close()
  expect(statSync(file).size).toBeLessThan(5 * megabyte) // Where everything was kept, it would be about 30.
})
