import { accessCommands, apiKeys, memoryLog, type Part, postgres } from 'heddle'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshDatabase } from '../scripts/services/fresh-database.ts'
import { liveBank, tell } from './fixtures/live-bank.ts'
import { callSurely, followSse, type LiveServer, startLive } from './fixtures/live-client.ts'
import { readSse } from './fixtures/sse.ts'

let folder: string
let here: LiveServer
let there: LiveServer
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-live-'))
  const environment = { DATABASE_URL: await freshDatabase() }
  const start = (name: string, port?: number) => startLive(join(folder, name), port, environment)
  ;[here, there] = await Promise.all([start('here'), start('there')])
})
afterEach(async () => {
  await Promise.all([here.kill(), there.kill()])
  rmSync(folder, { recursive: true, force: true })
})
const authorization = 'Bearer ada'

test('what one process changes and emits is pushed by the other', { timeout: 60_000 }, async ({ signal }) => {
  const over = new AbortController()
  const both = AbortSignal.any([signal, over.signal])
  const sums = followSse(`${here.url}/_heddle/live/live/SumCents`, { authorization }, both)
  const events = followSse(`${here.url}/_heddle/live/events?on=live.Told&after=0`, { authorization }, both)
  expect((await sums.next()).value).toMatchObject({ data: 0 })
  for (let cents = 1; cents <= 20; cents++) {
    await callSurely(there.url, 'PutAccount', { id: 'a', owner: 'ada', cents }, `put ${cents}`)
    await callSurely(there.url, 'Tell', { texts: [`text ${cents}`] }, `tell ${cents}`)
    expect((await events.next()).value).toMatchObject({ data: { data: { text: `text ${cents}` } } })
    // One in between may be left out, the newest never.
    for (let seen = -1; seen !== cents;) seen = (await sums.next()).value!.data as number
  }
  over.abort()
})

test('who has its key revoked in one process is disconnected by the other', { timeout: 60_000 }, async () => {
  const url = await freshDatabase()
  const open = (name: string) => {
    const bank = liveBank(postgres(url) as Part, { authenticate: apiKeys() }, Object.values(accessCommands))
    const ports = { log: memoryLog() }
    return { ...bank, opened: bank.declared.open({ folder: join(folder, name), ports }) }
  }
  const [left, right] = [open('left'), open('right')]
  const [serving, revoking] = [await left.opened, await right.opened]
  await serving.start()
  await revoking.callOrThrow(accessCommands.putPrincipal, { id: 'ward', kind: 'service' })
  const { id, key } = await revoking.callOrThrow(accessCommands.createKey, { principal: 'ward' })

  const live = await readSse(`${left.served.url}/_heddle/live/events?on=live.Told`, { 'x-api-key': key })
  const first = live.next()
  await serving.callOrThrow(tell, { texts: ['still in'] })
  expect(await first).toMatchObject({ data: { data: { text: 'still in' } } })
  const last = live.next()
  await revoking.callOrThrow(accessCommands.revokeKey, { id })
  expect(await last).toMatchObject({ event: 'errors', data: [{ code: 'InvalidCredentials' }] })
  expect(await live.next()).toBeUndefined()
  await Promise.all([serving.close(), revoking.close()])
})
