import { Defect } from '@heddle/core'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { testState } from '../testing/test-state.ts'
import { type CellsOf, list, map, timer, value } from './cells.ts'
import { FileState } from './file-state.ts'
import { openState } from './open-state.ts'
import type { StateMark, TaskState } from './state.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-state-'))
const fileOf = (name: string) => join(folder, name)

testState((name, memoryBytes) => openState({ file: fileOf(name), memoryBytes }))

/** State in memory lives as long as it is held. */
class HeldState extends FileState {
  override close(): void {
    const newest = this.kept().at(-1)!
    this.restore(newest, this.hashes.get(newest) ?? '')
  }

  readonly hashes = new Map<number, string>()

  override checkpoint(epoch: number): StateMark {
    const mark = super.checkpoint(epoch)
    this.hashes.set(epoch, mark.hash)
    return mark
  }
}

describe('in memory', () => {
  const held = new Map<string, HeldState>()
  const open = (name: string, memoryBytes: number): HeldState => {
    const state = held.get(name) ?? new HeldState(undefined, memoryBytes)
    held.set(name, state)
    return state
  }
  testState((name, memoryBytes = Infinity) => open(name, memoryBytes), { seeds: 4 })
})

const shapes = { any: value(z.any()), list: list(z.any()), map: map(z.any()), alarm: timer(), bell: timer() }

function stepOf(state: TaskState, id = 'step') {
  const step = state.step(id, shapes)
  return { step, cells: step.cells as unknown as CellsOf<typeof shapes> }
}

/** A file with three epochs, and their hashes. */
function threeEpochs(name: string): readonly [file: string, ...hashes: string[]] {
  const state = openState({ file: fileOf(name) })
  const { step, cells } = stepOf(state)
  const hashes = [1, 2, 3].map((epoch) => {
    for (const key of ['a', 'b', `only in ${epoch}`]) {
      step.select(key)
      cells.any.set(epoch)
    }
    return state.checkpoint(epoch).hash
  })
  state.close()
  return [fileOf(name), ...hashes]
}

const failing = (run: () => unknown): unknown => {
  try {
    run()
  } catch (thrown) {
    return thrown
  }
  throw new Error('it did not fail')
}

const restoring = (file: string, epoch: number, hash: string) => {
  const state = openState({ file })
  try {
    return failing(() => state.restore(epoch, hash)) as Defect
  } finally {
    state.close()
  }
}

test('what is not in the file cannot be restored, and the error says what is', () => {
  const [file, , , third] = threeEpochs('missing')
  expect(restoring(file, 4, 'x')).toMatchObject({ code: 'StateMissing', data: { epoch: 4, kept: '0, 1, 2, 3' } })
  expect(restoring(fileOf('new'), 3, third!).message).toBe(
    `The state file ${fileOf('new')} does not hold the epoch 3; it holds 0.`,
  )
  expect(restoring(fileOf('new'), 3, third!).toFailure().toJSON().help).toContain('`heddle jobs reset NAME`')
})

test('the file of another job, or an old copy, is refused', () => {
  const [file] = threeEpochs('wrong')
  const defect = restoring(file, 3, 'another')
  expect(defect).toBeInstanceOf(Defect)
  expect(defect).toMatchObject({ code: 'StateDamaged' })
  expect(defect.message).toContain('its epoch 3 has the hash')
})

test('a row that was changed behind its back is found, and the file stays as it is', () => {
  const [file, , second, third] = threeEpochs('changed')
  const outside = new DatabaseSync(file)
  outside.exec(`UPDATE pieces SET lines = replace(lines, '0:3', '0:4') WHERE lines LIKE '%"a"%0:3%'`)
  outside.close()
  for (let again = 0; again < 2; again++) {
    const defect = restoring(file, 3, third!)
    expect(defect).toMatchObject({ code: 'StateDamaged' })
    expect(defect.message).toContain('what it holds of the epoch 3 does not have the hash')
  }
  // The epoch before does not know of that row.
  const state = openState({ file })
  state.restore(2, second!)
  const { step, cells } = stepOf(state)
  step.select('a')
  expect(cells.any.get()).toBe(2)
  state.close()
})

test('what is no database, or a broken one, is told as damaged', () => {
  writeFileSync(fileOf('text'), 'this is no database, and it is long enough to be taken for one'.repeat(200))
  expect(failing(() => openState({ file: fileOf('text') }))).toMatchObject({ code: 'StateDamaged' })
  const [file, , , third] = threeEpochs('broken')
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 8192)
  writeFileSync(file, bytes)
  expect(
    failing(() => {
      const state = openState({ file })
      state.restore(3, third!)
    }),
  ).toMatchObject({ code: 'StateDamaged' })
})

test('a file of a newer Heddle is refused', () => {
  const [file] = threeEpochs('newer')
  const outside = new DatabaseSync(file)
  outside.exec('PRAGMA user_version = 99')
  outside.close()
  expect(failing(() => openState({ file }))).toMatchObject({ code: 'DatabaseTooNew' })
})

test('a file of an older format is refused, and stays as it is', () => {
  const [file] = threeEpochs('older')
  const outside = new DatabaseSync(file)
  outside.exec('PRAGMA user_version = 1')
  outside.close()
  for (let again = 0; again < 2; again++) {
    expect(failing(() => openState({ file }))).toMatchObject({ code: 'StateTooOld', data: { found: 1, known: 2 } })
  }
})

test('one opens it at a time', () => {
  const [file] = threeEpochs('shared')
  const state = openState({ file })
  expect(failing(() => openState({ file }))).toMatchObject({ code: 'Unavailable' })
  state.close()
  openState({ file }).close()
})

test('a value that cannot be kept names step, cell and key, and no checkpoint follows before a restore', () => {
  const state = openState()
  const { step, cells } = stepOf(state, 'sums')
  step.select('fine')
  cells.any.set(1)
  const { hash } = state.checkpoint(1)
  step.select(['a', 1])
  cells.any.set({ deep: [() => 1] })
  expect(failing(() => state.checkpoint(2))).toMatchObject({
    code: 'UnwritableState',
    data: { step: 'sums', cell: 'any', key: '["a",1]', reason: '$/deep/0 is a function' },
  })
  expect(() => state.checkpoint(2)).toThrow('restore an epoch first')
  state.restore(1, hash)
  const again = stepOf(state, 'sums')
  again.step.select('fine')
  expect(again.cells.any.get()).toBe(1)
  expect(state.checkpoint(2).keys).toBe(1)
})

test('an epoch has a greater number than the one before', () => {
  const state = openState()
  state.checkpoint(5)
  expect(() => state.checkpoint(5)).toThrow('the epoch 5 does not follow 5')
})

describe('keys', () => {
  test('minus zero is zero, and what is not a number is one key', () => {
    const state = openState({ memoryBytes: 1 })
    const { step, cells } = stepOf(state)
    for (const key of [0, NaN, '\ud800', '\ud801']) {
      step.select(key)
      cells.any.set(key)
    }
    state.checkpoint(1)
    for (const [key, held] of [
      [-0, 0],
      [NaN, NaN],
      ['\ud800', '\ud800'],
      ['\ud801', '\ud801'],
      ['NaN', undefined],
      ['0', undefined],
    ] as const) {
      // prettier-ignore
      step.select(key)
      expect(cells.any.get()).toBe(held)
    }
    expect(step.size().keys).toBe(4)
  })

  test('a key that was only read takes no room, and one whose cells are empty is no key', () => {
    const state = openState()
    const { step, cells } = stepOf(state)
    const { memoryBytes } = step.size()
    for (let key = 0; key < 1000; key++) {
      step.select(key)
      expect([cells.any.get(), cells.list.all(), [...cells.map.entries()], cells.alarm.at]).toEqual([undefined, [], [], undefined]) // prettier-ignore
    }
    expect(step.size()).toEqual({ keys: 0, memoryBytes })
    step.select('a')
    cells.map.set('x', 1)
    expect(step.size().keys).toBe(1)
    state.checkpoint(1)
    step.select('a')
    cells.map.clear()
    expect([state.checkpoint(2).keys, step.size().keys, state.steps()]).toEqual([0, 0, []])
  })
})

describe('timers', () => {
  test('equal times go by key, and for a key first those without a cell, then cells by name', () => {
    const state = openState()
    const { step, cells } = stepOf(state)
    for (const key of ['b', 'a', 2, 10]) {
      step.select(key)
      cells.bell.set(5)
      cells.alarm.set(5)
      step.timer(5)
      step.timer(5)
    }
    const taken = Array.from({ length: 13 }, () => {
      const timer = step.takeTimer(5)
      return timer && `${String(step.key)} ${timer.cell ?? '-'}`
    })
    const names = ['-', 'alarm', 'bell']
    expect(taken).toEqual([...['a', 'b', 10, 2].flatMap((key) => names.map((name) => `${key} ${name}`)), undefined])
  })

  test('a timer at infinity never fires, and NaN is no time', () => {
    const { step, cells } = stepOf(openState())
    step.select('a')
    step.timer(Infinity)
    expect(step.takeTimer(Infinity)).toBeUndefined()
    expect(() => step.timer(NaN)).toThrow('a timer of the key "a" was set to NaN')
    expect(() => cells.alarm.set(NaN)).toThrow('NaN')
    expect(cells.alarm.at).toBeUndefined()
    step.timer(-Infinity)
    expect(step.takeTimer(0)).toEqual({ time: -Infinity, cell: undefined })
  })
})

test('cells that are declared no more are removed, and new ones begin empty', () => {
  const state = openState({ file: fileOf('cells') })
  const before = stepOf(state)
  for (const key of ['a', 'b']) {
    before.step.select(key)
    before.cells.any.set(1)
    before.cells.alarm.set(7)
  }
  before.step.select('c')
  before.cells.list.push(1)
  const { hash } = state.checkpoint(1)
  state.restore(1, hash)
  const step = state.step('step', { any: value(z.any()), list: map(z.any()), more: value(z.any()) })
  expect(step.size().keys).toBe(2)
  const after = state.checkpoint(2)
  expect(after.keys).toBe(2)
  expect(step.firstTimer).toBe(Infinity)
  // The epoch before is still whole.
  state.restore(1, hash)
  const again = stepOf(state)
  again.step.select('c')
  expect([again.cells.list.all(), again.step.firstTimer, again.step.size().keys]).toEqual([[1], 7, 3])
  state.close()
})

test('the records of many sinks come back in order, however large they are', () => {
  const state = openState({ file: fileOf('outbox') })
  const record = (at: number) => ({ value: { at, text: 'x'.repeat(1000) }, key: ['k', at], time: at, weight: 1, id: `${at}` }) as const // prettier-ignore
  for (let at = 0; at < 1000; at++) state.outbox.add(at % 3 ? 'many' : 'few', record(at))
  expect(state.outbox.size).toBe(1000)
  expect(state.outbox.epochs('many')).toEqual([])
  state.checkpoint(1)
  expect([state.outbox.size, state.outbox.epochs('few'), state.outbox.epochs('none')]).toEqual([0, [1], []])
  const pieces = [...state.outbox.read('many', 1)]
  expect(pieces.length).toBeGreaterThan(3)
  expect(pieces.flat()).toEqual(Array.from({ length: 1000 }, (_, at) => at).filter((at) => at % 3).map(record)) // prettier-ignore
  state.outbox.delivered('many', 1)
  expect(state.outbox.epochs('many')).toEqual([])
  // It was not durable that the sink has them.
  state.close()
  const again = openState({ file: fileOf('outbox') })
  expect(again.outbox.epochs('many')).toEqual([1])
  again.outbox.delivered('many', 1)
  again.checkpoint(2)
  again.forget(2)
  again.checkpoint(3)
  expect([again.outbox.epochs('many'), again.outbox.epochs('few'), again.kept()]).toEqual([[], [1], [2, 3]])
  expect([...again.outbox.read('few', 1)].flat()).toHaveLength(334)
  again.close()
})
