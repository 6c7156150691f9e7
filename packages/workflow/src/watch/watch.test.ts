import { app, command, type ErrorRecord, memoryLog, onErrors, type OpenApp, type Part } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newFolder } from '../../fixtures/placed-orders.ts'
import { workflow } from '../index.ts'

const ask = command('lab.Ask', { input: z.object({}), output: z.object({}), run: () => ({}) })
const measure = workflow('lab.Measure', {
  input: z.object({ fails: z.boolean() }),
  output: z.object({}),
  steps: [ask],
  async run({ input, step, sleep }) {
    await step('ask', ask, {})
    await sleep('settle', '5ms')
    if (input.fails) throw new TypeError('the scale is broken')
    return {}
  },
})

const counting: Part = {
  kind: { name: 'counting', compare: () => [] },
  name: 'counting',
  describe: () => ({}),
  observe: () => ({ metrics: true }),
}

async function opened(told: ErrorRecord[]) {
  const hooks = onErrors({ code: 'RunHalted' }, (record) => void told.push(record))
  const running = await app('lab', { parts: [measure, counting], hooks, database: sqlite() }).open({
    folder: newFolder(),
    ports: { log: memoryLog() },
  })
  await running.start()
  return { running, metrics: running.ports.telemetry.metrics! }
}

async function ended(running: OpenApp, fails: boolean) {
  const { run } = await running.callOrThrow(measure.command, { fails })
  for await (const { state } of running.stream(measure.ways.watch, { run })) if (state === 'parked') break
  return run
}

test('a run that is parked is told to hooks on errors, once, with why', async () => {
  const told: ErrorRecord[] = []
  const { running } = await opened(told)
  await ended(running, false)
  expect(told).toEqual([])
  const run = await ended(running, true)
  expect(told).toMatchObject([
    {
      command: 'heddle.ReportHaltedRun',
      failure: {
        code: 'RunHalted',
        severity: 'error',
        message: `The run ${run} of lab.Measure is parked: its code threw: the scale is broken.`,
        data: { run, workflow: 'lab.Measure', state: 'parked' },
      },
    },
  ])
  await running.close()
})

test('runs are counted by workflow and by how they end', async () => {
  const { running, metrics } = await opened([])
  await ended(running, false)
  await ended(running, false)
  await ended(running, true)
  const shown = Object.fromEntries(
    metrics
      .collect()
      .map(({ name, series }) => [name, series.map(({ labels, value }) => [...Object.values(labels), value])]),
  )
  expect(shown.heddle_runs_started_total).toEqual([['lab.Measure', 3]])
  expect(shown.heddle_runs_ended_total).toEqual([
    ['lab.Measure', 'succeeded', 2],
    ['lab.Measure', 'parked', 1],
  ])
  expect(shown.heddle_runs_active).toEqual([[0]])
  await running.close()
})
