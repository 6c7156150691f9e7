import { createPorts, memoryLog } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { timerKind } from './timer.ts'

const ports = ({ clock, timers } = createVirtualTime(1_000_000)) => createPorts({ clock, timers, log: memoryLog() })

testSource('timer', () => ({
  source: timerKind.create({ every: '10s', from: 5_000, ticks: 4 }),
  host: { ports: ports() },
  expected: { '0': [0, 1, 2, 3].map((tick) => ({ tick, at: 5_000 + tick * 10_000 })) },
}))

test('ticks at planned times, which are the event times', async () => {
  const time = createVirtualTime(1_000_500)
  const open = await timerKind.create({ every: '1s' }).open(sourceHost({ ports: ports(time) }))
  const reader = await open.openPartition('0', undefined)
  const first = Promise.resolve(reader.read(10))
  await settled()
  await time.advance(499)
  await time.advance(1)
  expect(await first).toEqual({
    values: [{ tick: 1001, at: 1_001_000 }],
    times: [1_001_000],
    watermark: 1_001_000,
    position: { next: 1002, given: 1 },
  })
})

test('makes up for the ticks that passed while nobody read', async () => {
  const time = createVirtualTime(1_000_000)
  const open = await timerKind.create({ every: '1s' }).open(sourceHost({ ports: ports(time) }))
  const reader = await open.openPartition('0', { next: 995, given: 3 })
  expect(reader.lag?.()).toEqual({ ms: 5000 })
  const batch = await reader.read(100)
  expect(batch?.values).toHaveLength(6)
})
