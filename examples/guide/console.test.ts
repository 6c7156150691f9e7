import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, type OpenApp, withOperations } from 'heddle'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared from './console.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
let bakery: OpenApp
let url: string
beforeAll(async () => {
  // As `heddle start` opens it.
  bakery = await withOperations(declared).open({ folder, ports: { log: memoryLog() }, environment: { PORT: '0' } })
  url = /^console (\S+)$/m.exec((await bakery.start()).join('\n'))![1]!
})
afterAll(async () => {
  await bakery.close()
  rmSync(folder, { recursive: true })
})

async function call(command: string, input: unknown, headers: Record<string, string> = { 'heddle-console': '1' }) {
  const answer = await fetch(`${url}/api/${command.replace('.', '/')}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

test('the page is served where the start says, and calls what strangers may not', async () => {
  expect(await (await fetch(url)).text()).toContain('<title>Heddle console</title>')
  expect((await call('bakery.HeatOven', { hot: true })).status).toBe(200)
  const headers = { 'content-type': 'application/json' }
  const stranger = await fetch(new URL('/bakery/HeatOven', url), { method: 'POST', headers, body: '{"hot":true}' })
  expect(stranger.status).toBe(401)
  expect((await call('bakery.HeatOven', { hot: true }, {})).status).toBe(403)
})

test('what failed for good is listed, replayed, and pushed to who looks', async () => {
  await call('bakery.HeatOven', { hot: false })
  expect((await call('bakery.Bake', { bread: 'rye', loaves: 3 })).status).toBe(422)
  const leaving = new AbortController()
  const answer = await fetch(`${url}/api/_heddle/live/heddle/ListDeadLetters`, {
    headers: { 'heddle-console': '1' },
    signal: leaving.signal,
  })
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let told = ''
  const hears = async (text: string) => {
    while (!told.includes(text)) told += (await reader.read()).value ?? ''
  }
  await hears('"code":"OvenCold"')
  await call('bakery.HeatOven', { hot: true })
  expect((await call('heddle.ReplayDeadLetters', {})).body).toEqual({
    replayed: 1,
    queued: [],
    failed: [],
    remaining: 0,
  })
  await hears('"letters":[]')
  leaving.abort()
})

test('a run tells why it waits', async () => {
  const { body } = await call('bakery.Fulfil', { bread: 'wheat', to: 'Ann' })
  const run = body.run as string
  const hasBaked = (journal: readonly { readonly key: string }[]) => journal.some(({ key }) => key === 'bake')
  for (;;) {
    const { journal, state } = (await call('heddle.ShowRun', { run })).body as {
      journal: { key: string }[]
      state: string
    }
    if (hasBaked(journal) && state === 'waiting') break
  }
  expect((await call('heddle.ExplainRun', { run })).body).toMatchObject({
    because: ['At tasted it waits for the signal tasted.'],
  })
})
