import { app } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { runsOf } from '../engine/runs-of.ts'
import { workflow } from '../define/workflow.ts'

const patient = workflow('noise.Wait', {
  input: z.object({}),
  output: z.object({ by: z.string() }),
  signals: { noise: z.object({}), wanted: z.object({ by: z.string() }) },
  run: async ({ signal }) => signal('wanted'),
})

test('a signal behind more than a page of others is found', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-signals-'))
  const running = await app('noise', { parts: [patient], database: usualDatabase() }).open({ folder })
  await running.start()
  const runs = runsOf(running)
  const run = await runs.start(patient, {})
  for (let sent = 0; sent < 1001; sent++) await runs.signal(run.run, 'noise', {})
  await runs.signal(run.run, 'wanted', { by: 'Ada' })
  expect(await run.outcome(AbortSignal.timeout(15_000))).toEqual({ ok: true, value: { by: 'Ada' } })
  await running.close()
})
