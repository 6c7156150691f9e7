import { expect, test } from 'vitest'
import { feedTask, idleMs, type Partition, times } from '../../fixtures/fed-task.ts'
import type { StepSpec } from './task-spec.ts'

test('partitions that fall silent together hold nobody up: what was over for the newest of them is told', async () => {
  const feeding = feedTask({ a: { times: times(0, 10) }, b: { times: times(10, 40) } })
  await feeding.start()
  await feeding.pass(2000)
  expect(feeding.starts()).toEqual([])
  await feeding.pass(idleMs)
  expect(feeding.starts()).toEqual([0, 10, 20])
  expect(feeding.source().watermark).toBe(38)
  await feeding.kill()
})

test('silent partitions are let go after a restart too, where no record comes', async () => {
  const feeding = feedTask({ a: { times: times(0, 10) }, b: { times: times(10, 40) } })
  await feeding.start()
  await feeding.pass(2000)
  await feeding.kill()
  await feeding.start()
  await feeding.pass(idleMs - 1000)
  expect(feeding.starts()).toEqual([])
  await feeding.pass(2500)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('a watermark does not go back over a restart, and partitions that were silent may speak again before it goes on', async () => {
  const feeding = feedTask({ a: { times: times(0, 10) }, b: { times: times(10, 40) } })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.source().watermark).toBe(38)
  await feeding.kill()
  await feeding.start()
  expect(feeding.source().watermark).toBe(38)
  expect(feeding.step('tens').watermark).toBe(38)
  await feeding.add('b', times(40, 60))
  expect(feeding.source().watermark).toBe(38)
  await feeding.add('a', times(39, 70))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('the watermark of a step that asks does not go back over a restart', async () => {
  const asks = { kind: 'ask', concurrency: 4, ordered: true, ask: ({ value }: { value: unknown }) => ({ value }) }
  const ask: StepSpec = { id: 'ask', from: [[{ name: 'source' }]], run: { asks }, onError: 'fail' }
  const feeding = feedTask({ a: { times: times(0, 10) }, b: { times: times(10, 40) } }, { before: [ask] })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  await feeding.kill()
  await feeding.start()
  await feeding.add('b', [45])
  expect(feeding.step('ask').watermark).toBe(38)
  await feeding.kill()
})

test('a partition that is at its end does not make what comes in others late', async () => {
  const feeding = feedTask({ a: { times: times(0, 20), ends: true } })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.starts()).toEqual([0])
  await feeding.add('b', times(20, 40), true)
  await feeding.pass(idleMs + 2000)
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
  await feeding.start()
  await feeding.add('c', times(35, 60))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20, 30, 40])
  await feeding.kill()
})

test('a partition that is silent beside one that is at its end is not taken to be at its end', async () => {
  const feeding = feedTask({ a: { times: times(0, 20), ends: true }, b: { times: times(0, 15) } })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  await feeding.add('b', times(15, 40))
  expect(feeding.step('tens').late).toBe(0)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('what was held by a partition that is gone after a restart is told', async () => {
  const partitions: Record<string, Partition> = { a: { times: times(0, 10) }, b: { times: times(10, 40) } }
  const feeding = feedTask(partitions)
  await feeding.start()
  await feeding.pass(2000)
  await feeding.kill()
  delete partitions.a
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.starts()).toEqual([0, 10, 20])
  await feeding.kill()
})

test('a partition that is not asked, as a step has no room, is not taken to be silent', async () => {
  const ask = () => new Promise<never>(() => {})
  const slow: StepSpec = {
    id: 'slow',
    from: [[{ name: 'source' }]],
    run: { asks: { kind: 'ask', concurrency: 1, ordered: true, ask } },
    onError: 'fail',
  }
  const feeding = feedTask({ a: { times: times(0, 10) }, b: { times: times(10, 40) } }, { before: [slow] })
  await feeding.start()
  await feeding.pass(idleMs + 2000)
  expect(feeding.step('slow').isFull).toBe(true)
  expect(feeding.source().partitions.map(({ isIdle }) => isIdle)).toEqual([false, false])
  await feeding.kill()
})
