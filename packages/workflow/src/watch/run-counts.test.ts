import { app, command, type Histogram, memoryLog, type Part } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { until } from '../../fixtures/over-versions.ts'
import { queue, runs, runsOf, workflow } from '../index.ts'
import { pauseQueue, resumeQueue } from '../queue/commands.ts'

const nothing = z.object({})
const ask = command('lab.Ask', { input: nothing, output: nothing, run: () => ({}) })
const measure = workflow('lab.Measure', {
  input: z.object({ fails: z.boolean() }),
  output: nothing,
  signals: { calm: nothing },
  async run({ input, signal }) {
    if (input.fails) throw new TypeError('the scale is broken')
    await signal('calm')
    return {}
  },
})
const bench = queue('bench', { length: 100 })

const counting: Part = {
  kind: { name: 'counting', compare: () => [] },
  name: 'counting',
  describe: () => ({}),
  observe: () => ({ metrics: true }),
}

test('open runs are counted by state and queue, also those that this process has not begun, and the oldest has its age', async () => {
  let now = Date.parse('2026-11-21T08:00:00Z')
  const declared = app('lab', { parts: [measure, ask, bench, runs(), counting], database: sqlite() })
  const folder = newFolder()
  const open = async () => {
    const running = await declared.open({ folder, ports: { clock: { now: () => now }, log: memoryLog() } })
    await running.start()
    const gauge = async (name: string) => {
      const { metrics } = running.ports.telemetry
      await metrics!.prepared()
      const { series } = metrics!.collect().find((family) => family.name === name)!
      const told = series.map(({ labels, value }): [string, number | Histogram] => [Object.values(labels)[0]!, value])
      return Object.fromEntries(told)
    }
    return { running, gauge }
  }
  const first = await open()
  const { running } = first
  for (let index = 0; index < 3; index++) {
    const { run } = await runsOf(running).start(measure, { fails: index === 0 })
    await until(running, run, index === 0 ? 'parked' : 'waiting')
  }
  await running.callOrThrow(pauseQueue, { name: 'bench' })
  const jobs = await runsOf(running).laterAll(ask, [{}, {}, {}], { queue: bench })
  await runsOf(running).later(ask, {}, { delay: '1h' })
  now += 90_000
  const all = { ready: 4, running: 0, waiting: 2, paused: 0, parked: 1, blocked: 0 }
  expect(await first.gauge('heddle_runs')).toEqual(all)
  await running.close()

  const second = await open()
  expect(await second.gauge('heddle_runs')).toEqual(all)
  expect(await second.gauge('heddle_queue_waiting')).toEqual({ bench: 3 })
  expect(await second.gauge('heddle_queue_oldest_seconds')).toEqual({ bench: 90 })

  await second.running.callOrThrow(resumeQueue, { name: 'bench' })
  for (const { run } of jobs) expect(await runsOf(second.running).outcome(run)).toMatchObject({ ok: true })
  // What was counted is good for some seconds; then it is counted anew, and a queue that is empty is told as that.
  expect(await second.gauge('heddle_queue_waiting')).toEqual({ bench: 3 })
  now += 10_000
  expect(await second.gauge('heddle_queue_waiting')).toEqual({ bench: 0 })
  expect(await second.gauge('heddle_queue_oldest_seconds')).toEqual({ bench: 0 })
  await second.running.close()
})
