import { app, command, systemFailure } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { job } from './job.ts'

test('a job whose step calls what cannot be reached goes on by itself once it can, and says so until its next checkpoint', async () => {
  let calls = 0
  const gate = Promise.withResolvers<void>()
  const look = command('flights.Look', {
    kind: 'query',
    access: 'public',
    input: z.int(),
    output: z.int(),
    async run({ input }) {
      if (input === 3 && ++calls === 1) throw systemFailure('Unavailable', { what: 'The tower' })
      if (input === 3) await gate.promise
      return input * 10
    },
  })
  const parsed = parsePlan(
    `heddle: 1
pipeline: flights.Looks
source: { given: numbers, type: int }
steps:
  - { id: looked, call: flights.Look }
sink: { given: out }
`,
    'looks.yaml',
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const out = collectSink()
  const looks = job(parsed.plan, {
    sources: { numbers: listSource([1, 2, 3, 4]) },
    sinks: { out },
    commands: [look],
  })
  const folder = mkdtempSync(join(tmpdir(), 'heddle-outage-'))
  const running = await app('flights', { parts: [look, looks], database: usualDatabase() }).open({ folder })
  try {
    await running.start()
    const state = async () => {
      const shown = (await running.callByName('heddle.ShowJob', { job: 'flights.Looks' })) as {
        value: { state: string }
      }
      return shown.value.state
    }
    const behind = async () => {
      const explained = await running.callByName('heddle.ExplainJob', { job: 'flights.Looks' })
      return (explained as { value: { behind: string[] } }).value.behind
    }
    const told = expect.stringMatching(/^it began anew, and has made no checkpoint since: .*The tower/)
    await expect.poll(behind, { timeout: 10_000 }).toContainEqual(told)
    gate.resolve()
    await expect.poll(state, { timeout: 10_000 }).toBe('ended')
    expect(await behind()).toEqual([])
    expect(out.values).toEqual([10, 20, 30, 40])
    expect(calls).toBe(2)
  } finally {
    await running.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
