import { expect, test } from 'vitest'
import type { TaskReport } from '../task/task-report.ts'
import type { JobStatus } from './job-status.ts'
import { slowDelivery } from './slow-delivery.ts'
import { whatWasLate, whyBehind } from './why-behind.ts'

const status: JobStatus = {
  job: 'lab.Feed',
  state: 'running',
  plan: '',
  guarantee: '',
  epoch: 1,
  letters: 0,
  sources: [],
  steps: [],
  sinks: [],
}

const partition = (name: string, watermark: number) => ({
  partition: name,
  offset: 0,
  watermark,
  isIdle: false,
  ended: false,
})

const report = (watermark: number, partitions: ReturnType<typeof partition>[]): TaskReport => ({
  sources: [{ name: 'source', received: 0, unread: 0, watermark, isSilent: false, partitions }],
  steps: [],
  sinks: [],
  letters: 0,
  isWaitingForSink: false,
  lastCheckpoint: undefined,
})

test('the partition that holds the watermark of its source is named', () => {
  const task = report(1000, [partition('a', 1000), partition('b', 5000)])
  expect(whyBehind(status, task)).toEqual([
    'the partition "a" of "source" holds the watermark at 1970-01-01T00:00:01.000Z',
  ])
})

test('partitions that are all behind the watermark, as silent ones are after a restart, hold nothing back', () => {
  expect(whyBehind(status, report(5000, [partition('a', 1000), partition('b', 5000)]))).toEqual([])
})

test('the source for which a step waits is named once, with how far it is', () => {
  const [waiting] = report(-Infinity, []).sources
  const step = { received: 0, emitted: 0, failed: 0, late: 0, watermark: -Infinity, isFull: false, heldBy: 'source' }
  const steps = [
    { ...step, step: 'joined' },
    { ...step, step: 'counted' },
  ]
  const held = { ...report(-Infinity, []), steps }
  expect(whyBehind(status, held)).toEqual([
    'the step "joined" waits for the source "source", which is at its beginning',
  ])
  const further = { ...held, sources: [{ ...waiting!, watermark: 1000 }] }
  expect(whyBehind(status, further)).toEqual([
    'the step "joined" waits for the source "source", which is at 1970-01-01T00:00:01.000Z',
  ])
})

test('a sink that takes nothing is told as what holds the job, once that takes long', () => {
  const delivering = { sink: 'hook', since: 1_000_000 }
  expect(slowDelivery({ delivering }, 1_002_000)).toBeUndefined()
  const held = slowDelivery({ delivering }, 1_006_000)!
  expect(held).toMatch(/^the sink "hook" has not taken what the last checkpoint keeps for it since 1970-01-01T00:16:40/)
  expect(whyBehind({ ...status, because: held, held }, report(0, []))).toEqual([held])
})

test('records that came too late are told apart: the job is not behind because of them', () => {
  const step = { step: 'perHour', kind: 'window', records: 50, emitted: 3, failed: 0, rate: 0, queued: 0 }
  const told = (late: number) => ({ ...status, steps: [{ ...step, late }] })
  expect(whyBehind(told(44), undefined)).toEqual([])
  expect(whatWasLate(told(44))).toEqual(['44 records came too late for the step "perHour"'])
  expect(whatWasLate(told(1))).toEqual(['1 record came too late for the step "perHour"'])
  expect(whatWasLate(told(0))).toEqual([])
})
