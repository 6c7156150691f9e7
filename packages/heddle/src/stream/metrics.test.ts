import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from '@heddle/core'
import { http } from '@heddle/serve'
import { expect, test } from 'vitest'
import { summer } from '../../fixtures/departures.ts'

test('a server tells at /metrics what its jobs do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-job-metrics-'))
  const served = app('flights', { ...summer.definition, parts: [...summer.definition.parts, http({ port: 0 })] })
  const running = await served.open({ folder, environment: {} })
  try {
    const lines = await running.start()
    const url = lines.find((line) => line.startsWith('ready'))!.slice('ready '.length)
    const told = async () => (await fetch(`${url}/metrics`)).text()
    await expect.poll(told).toContain('heddle_job_sink_records_total{job="flights.Delays",sink="sink"} 9\n')
    await expect.poll(told).toContain('heddle_job_source_unread_total{job="flights.Delays",source="source"} 1\n')
    await expect.poll(told).toMatch(/^heddle_job_checkpoint_duration_seconds_count\{job="flights.Delays"\} [1-9]/m)
    const text = await told()
    expect(text).toContain('# TYPE heddle_job_records_total counter\n')
    expect(text).toContain('heddle_job_records_total{job="flights.Delays",step="perAirport"} 17\n')
    expect(text).toContain('heddle_job_state_keys{job="flights.Delays",step="perAirport"} 3\n')
    expect(text).toContain('heddle_job_running{job="flights.Delays"} 1\n')
  } finally {
    await running.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
