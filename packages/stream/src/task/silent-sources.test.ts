import { expect, test } from 'vitest'
import { feedTask, idleMs, type Other, perTen, times } from '../../fixtures/fed-task.ts'
import { operator } from '../operator/operator.ts'
import type { StepSpec } from './task-spec.ts'

test('a source that is silent as a whole holds up no other one, and may speak again', async () => {
  const feeding = feedTask({ a: { times: times(0, 10) } }, { other: { partitions: { b: { times: [5] } } } })
  await feeding.start()
  await feeding.add('a', times(10, 30))
  expect(feeding.starts()).toEqual([])
  expect(feeding.step('tens').heldBy).toBe('other')
  await feeding.pass(idleMs - 1000)
  await feeding.add('a', times(30, 45))
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  expect(feeding.step('tens').heldBy).toBeUndefined()

  await feeding.add('b', [47])
  await feeding.add('a', times(45, 80))
  expect(feeding.step('tens').heldBy).toBe('other')
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  await feeding.add('b', [70])
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40, 50, 60])
  expect(feeding.step('tens').late).toBe(0)
  await feeding.kill()
})

test('what comes of a source that was silent, and is behind the others, is late; no watermark goes back', async () => {
  const feeding = feedTask({ a: { times: times(0, 10) } }, { other: { partitions: { b: { times: [] } } } })
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  await feeding.add('a', times(10, 35))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.add('b', [3, 33])
  expect(feeding.step('tens')).toMatchObject({ late: 1, watermark: 33 })
  await feeding.kill()
})

test('a source that has no partition yet holds nobody up for longer than one that is silent', async () => {
  const feeding = feedTask({ a: { times: times(0, 10) } }, { other: { partitions: {} } })
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  expect(feeding.starts()).toEqual([])
  await feeding.add('a', times(10, 35))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
  await feeding.start()
  await feeding.add('a', times(35, 55))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.pass(idleMs)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('sources that fall silent together hold nobody up', async () => {
  const feeding = feedTask({ a: { times: times(0, 15) } }, { other: { partitions: { b: { times: times(0, 33) } } } })
  await feeding.start()
  await feeding.pass(2000)
  expect(feeding.starts()).toEqual([0])
  await feeding.pass(idleMs)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.add('a', [31])
  await feeding.add('b', times(33, 60))
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.add('a', times(45, 100))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('a source that is silent beside one that is at its end is not taken to be at its end', async () => {
  const other: Other = { bounded: true, partitions: { b: { times: times(0, 100), ends: true } } }
  const feeding = feedTask({ a: { times: times(0, 15) } }, { other })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.starts()).toEqual([0])
  await feeding.add('a', times(15, 45))
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  expect(feeding.step('tens').late).toBe(0)
  await feeding.kill()
})

test('a source that comes to its end is waited for, however long it is silent', async () => {
  const other: Other = { bounded: true, partitions: { b: { times: [5] } } }
  const feeding = feedTask({ a: { times: times(0, 15) } }, { other })
  await feeding.start()
  await feeding.add('a', times(15, 45))
  await feeding.pass(10 * idleMs)
  expect(feeding.starts()).toEqual([])
  await feeding.add('b', [39], true)
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  expect(feeding.step('tens').late).toBe(0)
  await feeding.kill()
})

test('records that a step of a silent source has in hand are waited for', async () => {
  let answer = () => {}
  const ask = ({ value }: { value: unknown }) =>
    new Promise<{ value: unknown }>((resolve) => {
      answer = () => resolve({ value })
    })
  const asks = { kind: 'ask', concurrency: 4, ordered: true, ask }
  const slow: StepSpec = { id: 'slow', from: [[{ name: 'source' }]], run: { asks }, onError: 'fail' }
  const feeding = feedTask(
    { a: { times: [5] } },
    { before: [slow], other: { partitions: { b: { times: times(0, 10) } } }, settings: { checkpointMs: 60_000 } },
  )
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  await feeding.add('b', times(10, 35))
  expect(feeding.source().isSilent).toBe(true)
  expect(feeding.starts()).toEqual([])
  answer()
  // What is told without a batch goes out with the next checkpoint.
  await feeding.pass(60_000)
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('a source that is at its end is not silent, also where it says when it would be', async () => {
  const other: Other = { bounded: true, idle: true, partitions: { b: { times: [5], ends: true } } }
  const feeding = feedTask({ a: { times: times(0, 15) } }, { other })
  await feeding.start()
  await feeding.pass(2 * idleMs)
  expect(feeding.starts()).toEqual([0])
  await feeding.add('a', times(15, 45))
  expect(feeding.step('tens')).toMatchObject({ late: 0, watermark: 43 })
  expect(feeding.starts()).toEqual([0, 10, 20, 30])
  await feeding.kill()
})

const step = (id: string, from: readonly string[], run: StepSpec['run']): StepSpec => ({
  id,
  from: [from.map((name) => ({ name }))],
  run,
  onError: 'fail',
})

test('a step that answers at once lets nobody go ahead of what is being handed on', async () => {
  const asks = { kind: 'ask', concurrency: 4, ordered: true, ask: ({ value }: { value: unknown }) => ({ value }) }
  const steps = [
    step('tens', ['source', 'other'], { operator: perTen }),
    step('quick', ['tens'], { asks }),
    step('again', ['tens'], { operator: perTen }),
  ]
  const other: Other = { partitions: { b: { times: [5] } } }
  const feeding = feedTask({ a: { times: times(0, 100) } }, { steps, other })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.step('again')).toMatchObject({ received: 9, late: 0 })
  expect(feeding.values()).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80].map((start) => ({ start, count: 1 })))
  await feeding.kill()
})

test('a record that a step of a silent source hands on last is waited for on its way through others', async () => {
  let answer = () => {}
  const ask = ({ value }: { value: unknown }) =>
    new Promise<{ value: unknown }>((resolve) => {
      answer = () => resolve({ value })
    })
  const slow = { kind: 'ask', concurrency: 4, ordered: true, ask }
  const asks = { ...slow, ask: ({ value }: { value: unknown }) => ({ value }) }
  const steps = [
    step('slow', ['source'], { asks: slow }),
    step('more', ['slow'], { asks }),
    step('tens', ['slow', 'other'], { operator: perTen }),
  ]
  const other: Other = { partitions: { b: { times: times(0, 10) } } }
  const feeding = feedTask({ a: { times: [5] } }, { steps, other, settings: { checkpointMs: 60_000 } })
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  await feeding.add('b', times(10, 35))
  answer()
  // What is told without a batch goes out with the next checkpoint.
  await feeding.pass(60_000)
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.values()[0]).toEqual({ start: 0, count: 11 })
  await feeding.kill()
})

test('what a step behind a silent source holds is told before those that read others too go on', async () => {
  const steps = [
    step('ofA', ['source'], { operator: perTen }),
    step('ofB', ['other'], { operator: perTen }),
    step('both', ['ofA', 'ofB'], { operator: perTen }),
  ]
  const other: Other = { partitions: { b: { times: times(0, 15) } } }
  const feeding = feedTask({ a: { times: times(0, 15) } }, { steps, other })
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  await feeding.add('b', times(15, 45))
  const told = [
    { start: 0, count: 2 },
    { start: 10, count: 2 },
    { start: 20, count: 1 },
    { start: 30, count: 1 },
  ]
  expect(feeding.values()).toEqual(told)
  expect(feeding.step('both').late).toBe(0)
  await feeding.add('a', times(45, 80))
  await feeding.add('b', times(45, 80))
  expect(feeding.step('both').late).toBe(0)
  expect(feeding.values().slice(4)).toEqual([40, 50, 60].map((start) => ({ start, count: 2 })))
  await feeding.kill()
})

test('while the process stands still nobody falls silent', async () => {
  const feeding = feedTask({ a: { times: times(0, 10) } }, { other: { partitions: { b: { times: times(0, 5) } } } })
  await feeding.start()
  feeding.freeze(2 * idleMs)
  await feeding.pass(2000)
  await feeding.add('a', times(10, 35))
  expect(feeding.source().isSilent).toBe(false)
  expect(feeding.step('tens').heldBy).toBe('other')
  expect(feeding.starts()).toEqual([])
  await feeding.pass(idleMs)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('a step that fails where a source has fallen silent ends the task, and nothing else', async () => {
  const fails = operator({
    kind: 'fails',
    onRecord() {
      throw new Error('it never was')
    },
  })
  const steps = [step('tens', ['source', 'other'], { operator: perTen }), step('fails', ['tens'], { operator: fails })]
  const feeding = feedTask({ a: { times: times(0, 35) } }, { steps, other: { partitions: { b: { times: [5] } } } })
  await feeding.start()
  const ended = expect(feeding.ended()).rejects.toMatchObject({ code: 'RecordFailed' })
  await feeding.pass(idleMs + 2000)
  await ended
})
