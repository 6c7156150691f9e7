import { app, command } from '@heddle/core'
import { appTarget, callCommand, fetchHandler, memoryIo } from 'heddle'
import { runsOf } from '@heddle/workflow'
import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import declared, { Letters, sendLetter, sendLetterLater, signUp } from './queues.ts'

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

test('a letter is sent later by who may send one, over HTTP, on the command line and by a function', async () => {
  await using mail = await testApp(withList)
  const ann = { id: 'ann', permissions: ['mail:send'] }
  const people = new Map([['Bearer ann', ann]])
  const answer = fetchHandler(mail, { authenticate: (request) => people.get(request.header('authorization') ?? '') })
  const send = (as: string) =>
    answer(
      new Request('http://mail.example/mail/SendLetter', {
        method: 'POST',
        headers: { prefer: 'respond-async', 'content-type': 'application/json', authorization: `Bearer ${as}` },
        body: JSON.stringify({ to: 'ann@example.com', text: 'by HTTP' }),
      }),
    )
  expect((await send('eve')).status).toBe(401)
  const accepted = await send('ann')
  const { run } = (await accepted.json()) as { run: string }
  expect([accepted.status, accepted.headers.get('location')]).toEqual([202, `/mail/GetSendLetterLater?run=${run}`])

  const words = ['--to', 'bob@example.com', '--text', 'by words', '--delay', '1h']
  expect(await callCommand(appTarget(mail), 'mail.SendLetter', words, { io: memoryIo() })).toBe(0)
  const input = { to: 'eve@example.com', text: 'by call' }
  await mail.callOrThrow(sendLetterLater.command, { input, delay: '2h' }, { as: ann })

  const sent = async () => (await mail.callOrThrow(listLetters, {})).filter((letter) => letter.includes(': by ')).sort()
  await mail.time.advance(1000)
  expect(await sent()).toEqual(['ann@example.com: by HTTP'])
  await mail.time.advance(2 * hourMs)
  expect(await sent()).toEqual(['ann@example.com: by HTTP', 'bob@example.com: by words', 'eve@example.com: by call'])
})
