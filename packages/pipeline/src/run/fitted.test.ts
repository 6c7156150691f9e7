import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, event } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { PlanType, Step } from '../plan/plan.ts'
import { pipeline } from './pipeline.ts'

const Note = z.object({ note: z.string().optional(), by: z.string().nullable() })
const noted = event('demo.Noted', { data: Note })

const keep = command('demo.Keep', {
  kind: 'query',
  input: Note,
  output: z.array(z.string()),
  run: ({ input }) => Object.keys(input),
})

const input = { type: 'object', fields: { text: { type: 'nullable', of: 'string' } } }
const both = { note: 'it.text', by: 'it.text' }

/** The outcome for a text that is null. */
async function outcomeOf(steps: readonly Step[], output?: PlanType) {
  const plan = { heddle: 1, pipeline: 'demo.Run', input, output, steps } as const
  const made = pipeline(plan, { commands: [keep], events: [noted] })
  const folder = await mkdtemp(join(tmpdir(), 'fitted-'))
  const open = await app('demo', { database: sqlite(), parts: [made, keep, noted] }).open({ folder })
  try {
    return await open.call(made.command, { text: null })
  } finally {
    await open.close()
    await rm(folder, { recursive: true })
  }
}

test('null leaves a field of an input out where it may be missing and may not be null', async () => {
  const expected = { ok: true, value: ['by'] }
  expect(await outcomeOf([{ id: 'keep', call: { command: 'demo.Keep', with: both } }])).toEqual(expected)
  const steps = [
    { id: 'make', map: both },
    { id: 'keep', call: 'demo.Keep' },
  ]
  expect(await outcomeOf(steps)).toEqual(expected)
})

test('null leaves a field of an event out likewise', async () => {
  const value = { ok: true, value: { text: null } }
  expect(await outcomeOf([{ id: 'tell', emit: { event: 'demo.Noted', data: both } }])).toEqual(value)
})

test('null leaves a field of what a pipeline gives out likewise', async () => {
  const fields = { note: { type: 'optional', of: 'string' }, by: { type: 'nullable', of: 'string' } }
  const outcome = await outcomeOf([{ id: 'make', map: both }], { type: 'object', fields })
  expect(outcome).toEqual({ ok: true, value: { by: null } })
})
