import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, type Part } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { expect, test } from 'vitest'
import { operator } from '../operator/operator.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { type Job, job } from './job.ts'
import type { JobOptions } from './job-options.ts'

/** Machines are slow at times. */
const patient = { timeout: 45_000 }

const jobOf = (text: string, options: JobOptions = {}): Job => {
  const parsed = parsePlan(`heddle: 1\npipeline: flights.Delays\naccess: public\n${text}`, 'delays.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return job(parsed.plan, options)
}

async function opened<Result>(part: Part, use: (call: (name: string, input: unknown) => Promise<unknown>) => Result) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-job-definition-'))
  const running = await app('flights', { parts: [part], database: usualDatabase() }).open({ folder })
  try {
    await running.start()
    return await use(async (name, input) => {
      const outcome = await running.callByName(name, input)
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors))
      return outcome.value
    })
  } finally {
    await running.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

const given = 'source: { given: flights, type: { id: int } }\n'
const flights = listSource([{ id: 1 }, { id: 2 }])

test.each([
  ['an operator itself', operator({ kind: 'smooth', onRecord() {} })],
  ['a function', () => operator({ kind: 'smooth', onRecord() {} })],
  ['no operator', {}],
])('what is given by a name is no operator of a plan: %s', (found, smooth) => {
  const text = `${given}steps:\n  - { id: smooth, operator: smooth }\nsink: { stdout: {} }\n`
  expect(() => jobOf(text, { sources: { flights }, operators: { smooth: smooth as never } })).toThrow(
    `its operator "smooth" is ${found}: give { create: (config) => operator({ … }) }`,
  )
})

test('a job without steps takes records as they are from its source into its sink', async () => {
  const out = collectSink()
  const made = jobOf(`${given}sink: { given: out }\n`, { sources: { flights }, sinks: { out } })
  await opened(made, async (call) => {
    await expect.poll(() => out.values, patient).toEqual([{ id: 1 }, { id: 2 }])
    expect(await call('heddle.ShowJob', { job: 'flights.Delays' })).toMatchObject({
      steps: [],
      sinks: [{ records: 2 }],
    })
    expect(await call('heddle.ExplainJob', { job: 'flights.Delays' })).toMatchObject({ notes: [] })
  })
})

test('neither the manifest nor explain tells a secret of a plan, and its hash is that of the whole plan', async () => {
  const text = (key: string) =>
    `${given}sink: { http: { url: 'http://me:${key}@127.0.0.1:2/y?t=${key}', headers: { accept: ${key} } } }\n`
  const made = jobOf(text('PASSW0RD'), { sources: { flights: listSource([]) } })
  expect(JSON.stringify(made.plan)).toContain('PASSW0RD')
  expect(JSON.stringify(made.describe())).not.toContain('PASSW0RD')
  expect(made.hash).not.toBe(jobOf(text('OTHER'), { sources: { flights: listSource([]) } }).hash)
  await opened(made, async (call) => {
    for (const name of ['heddle.ExplainJob', 'heddle.ShowJob'])
      expect(JSON.stringify(await call(name, { job: 'flights.Delays' }))).not.toContain('PASSW0RD')
    const shown = await call('heddle.ShowPipeline', { pipeline: 'flights.Delays' })
    expect(JSON.stringify(shown)).toContain('http://…@127.0.0.1:2/y?…')
    expect(JSON.stringify(shown)).not.toContain('PASSW0RD')
  })
})

test('explain notes sides that nobody reads', async () => {
  const steps = 'steps:\n  - { id: sort, branch: { big: it.id > 1, small: it.id < 1 } }\n'
  const options = { sources: { flights }, sinks: { out: collectSink() } }
  await opened(jobOf(`${given}${steps}sink: { from: sort.big, given: out }\n`, options), async (call) => {
    expect(await call('heddle.ExplainJob', { job: 'flights.Delays' })).toMatchObject({
      notes: [
        'Nobody reads "sort.small": what goes there ends there',
        'Only sides of "sort" are read: what it hands on itself ends there',
      ],
    })
  })
})

test('explain says beforehand that a folder cannot be read again, where a step keeps state', async () => {
  const folder = 'source: { folder: { path: ., match: none, follow: true, partitions: one }, type: { id: int } }\n'
  const noted = (step: string) =>
    opened(jobOf(`${folder}steps: [{ id: one, ${step} }]\nsink: { stdout: {} }\n`), (call) =>
      call('heddle.ExplainJob', { job: 'flights.Delays' }),
    )
  expect(await noted('dedupe: { by: it.id, memory: 1m }')).toMatchObject({
    notes: [expect.stringMatching(/^state cannot be built anew .* from the source "source": with `follow: true` and/)],
  })
  expect(await noted('filter: it.id > 0')).toMatchObject({ notes: [] })
})

test('records of an endless source may be a day ahead of the clock, those of one that ends of any time', () => {
  const aheadOf = (source: string) => {
    const made = jobOf(`${source}sink: { stdout: {} }\n`, { sources: { flights } })
    return made.assembled.sources[0]!.aheadMs
  }
  expect(aheadOf('source: { timer: { every: 1s } }\n')).toBe(86_400_000)
  expect(aheadOf('source: { timer: { every: 1s }, ahead: 10m }\n')).toBe(600_000)
  expect(aheadOf(given)).toBeUndefined()
  expect(aheadOf('source: { given: flights, type: { id: int }, ahead: 0s }\n')).toBe(0)
})
