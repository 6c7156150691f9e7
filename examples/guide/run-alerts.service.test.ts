// needs: prometheus
import { app, command } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { http } from 'heddle'
import { queue, runs, runsOf } from '@heddle/workflow'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const rules = join(import.meta.dirname, './run-alerts.yaml')

/** What two processes of an app tell from minute to minute, and what is to come of it. */
const cases = {
  rule_files: [rules],
  evaluation_interval: '1m',
  tests: [
    {
      interval: '1m',
      input_series: [
        ['heddle_runs{state="parked",instance="a"}', '0 0 2x20'],
        ['heddle_runs{state="parked",instance="b"}', '0 0 2x20'],
        ['heddle_runs{state="waiting",instance="a"}', '5x60'],
        ['heddle_queue_oldest_seconds{queue="mail",instance="a"}', '0+60x40'],
        ['heddle_queue_oldest_seconds{queue="quick",instance="a"}', '30x40'],
        ['heddle_queue_waiting{queue="mail",instance="a"}', '9000+1000x60'],
        ['heddle_queue_waiting{queue="quick",instance="a"}', '20000x60'],
        ['heddle_timer_lag_seconds_bucket{le="1",instance="a"}', '0+1x60'],
        ['heddle_timer_lag_seconds_bucket{le="60",instance="a"}', '0+10x60'],
        ['heddle_timer_lag_seconds_bucket{le="+Inf",instance="a"}', '0+10x60'],
      ].map(([series, values]) => ({ series, values })),
      alert_rule_test: [
        { eval_time: '5m', alertname: 'RunsHalted', exp_alerts: [] },
        {
          eval_time: '12m',
          alertname: 'RunsHalted',
          exp_alerts: [
            {
              exp_labels: { state: 'parked' },
              exp_annotations: { summary: '2 runs are parked. heddle runs list --state parked' },
            },
          ],
        },
        {
          eval_time: '20m',
          alertname: 'QueueBehind',
          exp_alerts: [
            {
              exp_labels: { queue: 'mail' },
              exp_annotations: { summary: 'Runs wait in the queue mail for 20m 0s. heddle queues show mail' },
            },
          ],
        },
        { eval_time: '40m', alertname: 'QueueGrows', exp_alerts: [{ exp_labels: { queue: 'mail' } }] },
        { eval_time: '40m', alertname: 'TimersLate', exp_alerts: [{ exp_labels: {} }] },
      ],
    },
  ],
}

function inFolder(use: (folder: string) => void | Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-alerts-'))
  return Promise.resolve(use(folder)).finally(() => rmSync(folder, { recursive: true, force: true }))
}

test('the alerts of the guide are raised when runs are halted, a queue is behind or grows, and timers are late', () =>
  inFolder((folder) => {
    const file = join(folder, 'cases.yaml')
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(cases))
    expect(execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS')
  }))

test('what the alerts ask for is what an app tells, in the format of Prometheus', () =>
  inFolder(async (folder) => {
    const send = command('mail.Send', { input: z.object({}), output: z.object({}), run: () => ({}) })
    const mail = queue('mail', { rate: { limit: 1, per: '1h' } })
    const surface = http({ port: 0 })
    const open = await app('mail', { parts: [send, mail, runs(), surface], database: sqlite() }).open({ folder })
    await open.start()
    const first = await runsOf(open).later(send, {}, { queue: mail })
    await first.outcome()
    // The turn of this hour is taken.
    await runsOf(open).laterAll(send, [{}, {}], { queue: mail })
    const text = await (await fetch(`${surface.url}/metrics`)).text()
    expect(text).toContain('heddle_queue_waiting{queue="mail"} 2\n')
    expect(text).toMatch(/^heddle_queue_oldest_seconds\{queue="mail"\} \d/m)
    expect(text).toContain('heddle_runs{state="ready"} 2\n')
    expect(text).toContain('heddle_runs{state="parked"} 0\n')
    expect(text).toMatch(/^heddle_timer_lag_seconds_bucket\{le=/m)
    execFileSync('promtool', ['check', 'metrics'], { input: text })
    await open.close()
  }))
