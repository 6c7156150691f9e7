import { app, command } from '@heddle/core'
import { runsOf } from '@heddle/workflow'
import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import declared, { Letters, sendLetter, signUp } from './queues.ts'

const listLetters = command('mail.ListLetters', {
  kind: 'query',
  input: z.object({}),
  output: z.array(z.string()),
  uses: [Letters],
  run: async ({ ctx }) => (await ctx.use(Letters).find({})).records.map(({ to, text }) => `${to}: ${text}`),
})
const hourMs = 3_600_000
const withList = app('mail', { ...declared.definition, parts: [...declared.definition.parts, listLetters] })

test('a job is done when its time has come, once, whatever is asked for again', async () => {
  await using mail = await testApp(withList)
  const first = await mail.callOrThrow(signUp, { email: 'ann@example.com' })
  expect(await mail.callOrThrow(signUp, { email: 'ann@example.com' })).toEqual(first)
  await mail.time.advance(hourMs - 1)
  expect(await mail.callOrThrow(listLetters, {})).toEqual([])
  await mail.time.advance(1000)
  expect(await mail.callOrThrow(listLetters, {})).toEqual(['ann@example.com: Welcome'])
})

test('what cannot be done is tried again, then kept as a dead letter', async () => {
  await using mail = await testApp(withList)
  const letter = { to: 'bob@slow.example', text: 'Hello' }
  const { run } = await runsOf(mail).later(sendLetter, letter, { tries: 3 })
  await mail.time.advance(24 * hourMs)
  expect(await runsOf(mail).outcome(run)).toMatchObject({ ok: false, errors: [{ code: 'Greylisted' }] })
  expect(await mail.ports.deadLetters.list({ tenant: 'main' })).toMatchObject([
    { command: 'mail.SendLetter', input: letter },
  ])
})

test('a schedule starts one run a night', async () => {
  await using mail = await testApp(withList)
  // Virtual time begins on 2020-01-01 at midnight, UTC.
  await mail.time.advance(36 * hourMs)
  expect(await mail.callOrThrow(listLetters, {})).toEqual([
    'all@example.com: Digest of 2020-01-01',
    'all@example.com: Digest of 2020-01-02',
  ])
})
