import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { command } from '@heddle/core'
import { decimal, Decimal } from '@heddle/types/decimal'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { delaysOfTests, statusOf } from '../../fixtures/delays-job.ts'

/** Machines are slow at times. */
const patient = { timeout: 45_000 }

const { newFolder, open } = delaysOfTests()
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const head = `heddle: 1
pipeline: flights.Delays
access: public
source: { file: { path: in.ndjson, follow: true }, type: { k: string, v: decimal, at: int }, time: it.at, idle: 100ms }
checkpoint: 20ms
`
const lineOf = (v: string, at: number) => `${JSON.stringify({ k: 'a', v, at })}\n`

test('decimals that steps keep are decimals behind a restart', { timeout: 60_000 }, async () => {
  const folder = newFolder()
  const input = join(folder, 'in.ndjson')
  const linesOf = (name: string): unknown[] => {
    const path = join(folder, `${name}.ndjson`)
    if (!existsSync(path)) return []
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    return lines.map((line) => JSON.parse(line) as unknown)
  }
  const text = `${head}steps:
  - { id: all, filter: 'true' }
  - id: pattern
    from: all
    pattern:
      by: it.k
      sequence: [{ name: both, if: it.v != null, times: 2 }]
      within: 1h
      give: { k: key, sum: 'both[0].v + both[1].v' }
  - id: machine
    from: all
    machine:
      by: it.k
      initial: low
      states:
        low: { on: [{ if: it.v > 1, to: high, give: { twice: it.v + it.v } }] }
        high: {}
  - { id: timer, from: all, timer: { by: it.k, after: 2s, give: { last: 'it.v + it.v' } } }
  - { id: near, from: all, join: { with: source, by: it.k, within: { before: 1s, after: 1s }, give: { sum: left.v + right.v } } }
  - { id: window, from: all, join: { with: source, by: it.k, window: { tumbling: 5s }, give: { sum: left.v + right.v } } }
sinks:
${['pattern', 'timer', 'near', 'window', 'machine'].map((step) => `  ${step}: { from: ${step}, file: ${step}.ndjson }\n`).join('')}`
  writeFileSync(input, lineOf('1.10', 0))
  const { running } = await open(text, {}, { folder })
  await expect.poll(() => linesOf('near'), patient).toEqual([{ sum: '2.2' }])
  await running.close()

  appendFileSync(input, lineOf('2.20', 1000) + lineOf('5', 3_600_000))
  const again = await open(text, {}, { folder })
  await expect.poll(() => linesOf('timer'), patient).toEqual([{ last: '4.4' }])
  await expect.poll(() => linesOf('window'), patient).toHaveLength(4)
  await expect.poll(() => linesOf('machine'), patient).toHaveLength(1)
  expect(linesOf('pattern')).toEqual([{ k: 'a', sum: '3.3' }])
  expect(linesOf('machine')).toEqual([{ twice: '2.2' }])
  expect(linesOf('near')).toEqual([2.2, 3.3, 3.3, 4.4, 10].map((sum) => ({ sum: String(sum) })))
  expect(linesOf('window')).toEqual([2.2, 3.3, 3.3, 4.4].map((sum) => ({ sum: String(sum) })))
  expect(await statusOf(again.running)).toMatchObject({ state: 'running', letters: 0 })
})

test('decimals that wait for a sink are told behind a restart', { timeout: 60_000 }, async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'in.ndjson'), lineOf('1.10', 0) + lineOf('2.20', 1000))
  const bodies: string[] = []
  let [isOpen, calls] = [false, 0]
  const server = createServer((request, response) => {
    calls++
    let body = ''
    request.on('data', (part) => (body += String(part)))
    request.on('end', () => {
      if (isOpen) bodies.push(body)
      response.writeHead(isOpen ? 200 : 503, { 'retry-after': '1' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  )
  const text = `${head}steps: [{ id: keyed, keyBy: it.k }]
sinks:
  told: { http: { url: 'http://127.0.0.1:${(server.address() as AddressInfo).port}/in', idempotent: true } }
  kept: { topic: { topic: flights.Prices, compaction: true } }
`
  const { running } = await open(text, {}, { folder })
  await expect.poll(() => calls, patient).toBeGreaterThan(0)
  await running.close()
  isOpen = true
  const again = await open(text, {}, { folder })
  await expect
    .poll(() => bodies.map((body) => JSON.parse(body) as unknown), patient)
    .toEqual([
      { k: 'a', v: '1.1', at: 0 },
      { k: 'a', v: '2.2', at: 1000 },
    ])
  const { sinks, state } = await statusOf(again.running)
  expect([state, ...sinks.map(({ records }) => records)]).toEqual(['running', 2, 2])
})

test('commands that a sink calls are given decimals', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'in.ndjson'), lineOf('1.10', 0) + lineOf('2.20', 1000))
  const noted: Decimal[] = []
  const note = command('flights.Note', {
    input: z.object({ k: z.string(), v: decimal(), at: z.int() }),
    output: z.object({}),
    access: 'public',
    run({ input: { v } }) {
      noted.push(v)
      return {}
    },
  })
  await open(`${head}sink: { command: flights.Note }\n`, { commands: [note] }, { folder })
  await expect.poll(() => noted, patient).toEqual([Decimal.read('1.1'), Decimal.read('2.2')])
})
