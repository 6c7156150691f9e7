import type { HttpPart } from 'heddle'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runOperations } from 'heddle/workflow'
import { afterAll, expect, test } from 'vitest'
import declared, { bookTrip } from './runs.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ann = { id: 'ann', permissions: ['trips:book'] }
const boss = { id: 'boss', permissions: ['trips:approve'] }

test('a trip is started over HTTP, approved, sent an update, asked for its progress, paid and awaited', async () => {
  const app = await declared.open({ folder, environment: { PORT: '0' } })
  await app.start()
  const { url } = app.parts.find((part): part is HttpPart => part.name === 'http')!
  const ask = (path: string, body?: object, more = {}) =>
    fetch(url + path, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: 'Bearer ann', ...(body && { 'content-type': 'application/json' }), ...more },
      ...(body && { body: JSON.stringify(body) }),
    })

  const accepted = await ask('/trips/BookTrip', { flight: 'LH 1', seats: 12 }, { 'idempotency-key': 'k-1' })
  const { run } = (await accepted.json()) as { run: string }
  expect([accepted.status, accepted.headers.get('location')]).toEqual([202, `/trips/GetBookTrip?run=${run}`])
  const again = await ask('/trips/BookTrip', { flight: 'LH 1', seats: 12 }, { 'idempotency-key': 'k-1' })
  expect(await again.json()).toMatchObject({ run })

  for await (const { state } of app.stream(bookTrip.ways.watch, { run }, { as: ann })) if (state === 'waiting') break
  expect(await (await ask(`/trips/GetBookTripProgress?run=${run}`)).json()).toEqual({ stage: 'waiting for a yes' })
  const { approvals } = await app.callOrThrow(runOperations.listApprovals, {}, { as: boss })
  expect(approvals).toMatchObject([{ run, key: 'group', command: 'trips.AnswerBookTripGroup' }])
  const refused = await ask('/trips/AnswerBookTripGroup', { run, answer: { allowed: true } })
  expect(refused.status).toBe(403)
  const answer = { run, answer: { allowed: true } }
  expect((await ask('/trips/AnswerBookTripGroup', answer, { authorization: 'Bearer boss' })).status).toBe(200)

  expect((await ask('/trips/UpdateBookTripContact', { run, input: { email: 'ann' } })).status).toBe(422)
  const told = await ask('/trips/UpdateBookTripContact', { run, input: { email: 'ann@example.com' } })
  expect(await told.json()).toEqual({ email: 'ann@example.com' })
  await ask('/trips/SignalBookTripPaid', { run, data: { cents: 90_000 } })
  const waited = await ask(
    '/trips/BookTrip',
    { flight: 'LH 1', seats: 12 },
    { 'idempotency-key': 'k-1', prefer: 'wait=10' },
  )
  expect([waited.status, waited.headers.get('preference-applied')]).toEqual([200, 'wait=10'])
  expect(await waited.json()).toMatchObject({ email: 'ann@example.com', by: 'boss' })
  const { journal } = await app.callOrThrow(runOperations.showRun, { run })
  expect(journal.map(({ key }) => key)).toEqual(expect.arrayContaining(['reserve', 'group', 'contact', 'paid']))
  await app.close()
})
