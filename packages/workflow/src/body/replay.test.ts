import { systemTimers } from '@heddle/core'
import { expect, test } from 'vitest'
import type { Entry } from '../run/run.ts'
import { earlierKeys } from './earlier-keys.ts'
import { hashInput } from './hash-input.ts'
import { Replay } from './replay.ts'

const at = new Date(0)
const step = (key: string): Entry => ({
  key,
  kind: 'step',
  command: 'notes.Write',
  input: hashInput('i'),
  value: { ok: true },
  at,
})
const asking = (key: string) => ({ key, kind: 'step' as const, command: 'notes.Write', input: 'i' })
const replayOf = (entries: readonly Entry[], renamedFrom = {}) => new Replay(entries, renamedFrom, systemTimers, [])

test('branches are answered in the order in which they ended, whatever the order in which they ask', async () => {
  const replay = replayOf([step('right/b'), step('left/a'), step('right/c')])
  const told: string[] = []
  const branch = async (...keys: string[]) => {
    for (const key of keys) {
      await replay.ask(asking(key))
      told.push(key)
    }
  }
  await Promise.all([branch('left/a'), branch('right/b', 'right/c')])
  expect(told).toEqual(['right/b', 'left/a', 'right/c'])
  expect(await replay.finished()).toEqual([])
})

test('what is not recorded waits until all that is recorded had its turn', async () => {
  const replay = replayOf([step('a')])
  const told: string[] = []
  const isNew = Promise.resolve(replay.ask(asking('b'))).then(() => told.push('b'))
  await replay.ask(asking('a'))
  told.push('a')
  expect(await replay.finished()).toEqual([])
  expect(told).toEqual(['a'])
  replay.release()
  await isNew
  expect(told).toEqual(['a', 'b'])
})

test('all that does not fit is told at once', async () => {
  const replay = replayOf([step('a'), step('b'), step('c'), step('d')])
  const body = async () => {
    await replay.ask(asking('b'))
    await replay.ask(asking('a'))
    await replay.ask(asking('d'))
  }
  await body()
  expect(await replay.finished()).toEqual([
    { kind: 'reordered', key: 'a', first: 'b' },
    { kind: 'missing', key: 'c' },
  ])
})

test('steps and scopes are found by the names that they had before, also after several renames', () => {
  expect(earlierKeys('items[o/1]/pay', { items: 'orders', pay: ['charge', 'bill'] })).toEqual([
    'items[o/1]/pay',
    'items[o/1]/charge',
    'items[o/1]/bill',
    'orders[o/1]/pay',
    'orders[o/1]/charge',
    'orders[o/1]/bill',
  ])
})
