import { app, command } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Step } from '../plan/plan.ts'
import { pipeline } from './pipeline.ts'

const Note = z.object({ note: z.string().optional(), by: z.string().nullable() })

const keep = command('demo.Keep', {
  kind: 'query',
  input: Note,
  output: z.array(z.string()),
  run: ({ input }) => Object.keys(input),
})

async function fieldsGiven(steps: readonly Step[]) {
  const made = pipeline(
    {
      heddle: 1,
      pipeline: 'demo.Run',
      input: { type: 'object', fields: { text: { type: 'nullable', of: 'string' } } },
      steps,
    },
    { commands: [keep] },
  )
  const open = await app('demo', { parts: [made, keep] }).open({})
  try {
    return await open.call(made.command, { text: null })
  } finally {
    await open.close()
  }
}

test('null leaves a field out where it may be missing and may not be null', async () => {
  const expected = { ok: true, value: ['by'] }
  expect(
    await fieldsGiven([{ id: 'keep', call: { command: 'demo.Keep', with: { note: 'it.text', by: 'it.text' } } }]),
  ).toEqual(expected)
  const steps = [
    { id: 'make', map: { note: 'it.text', by: 'it.text' } },
    { id: 'keep', call: 'demo.Keep' },
  ]
  expect(await fieldsGiven(steps)).toEqual(expected)
})
