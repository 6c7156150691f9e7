import { createServer } from 'node:http'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { seededRandom, sqlite } from 'heddle'
import { afterEach, expect, test } from 'vitest'
import { salesApp } from './fixtures/stream-jobs.ts'
import { tortureStream } from './fixtures/stream-torture.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close()
})
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-stream-kill-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const records = 20_000

test(
  'a job that is killed forty times leaves the table of one that was never disturbed, byte for byte',
  { timeout: 300_000 },
  async ({ signal }) => {
    const sink = '{ table: { name: sales } }'
    const quiet = await tortureStream({ folder: newFolder(), sink, records, kills: 0, seed: 1, signal })
    // Forty shops in each of seventeen stretches.
    expect(quiet.told.trimEnd().split('\n')).toHaveLength(680)
    const killed = await tortureStream({ folder: newFolder(), sink, records, kills: 40, seed: 2, signal })
    expect(killed.deaths).toBeGreaterThan(35)
    expect(killed.told).toBe(quiet.told)
  },
)

test(
  'a job that is killed leaves the files of one that was never disturbed, byte for byte',
  { timeout: 300_000 },
  async ({ signal }) => {
    const sink = '{ file: { path: out/sales.ndjson, roll: { records: 50 } } }'
    const left = async (kills: number, seed: number) => {
      const folder = newFolder()
      await tortureStream({ folder, sink, records, kills, seed, signal })
      const out = join(folder, 'data/out')
      return readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')])
    }
    const quiet = await left(0, 1)
    expect(quiet.length).toBeGreaterThan(5)
    expect(await left(10, 3)).toEqual(quiet)
  },
)

test(
  'a job on a thread of its own that is killed leaves the table of one on the thread of the app, byte for byte',
  { timeout: 300_000 },
  async ({ signal }) => {
    const sink = '{ table: { name: sales } }'
    const quiet = await tortureStream({ folder: newFolder(), sink, records, kills: 0, seed: 1, signal })
    const environment = { PLACE: 'thread' }
    const killed = await tortureStream({ folder: newFolder(), sink, records, kills: 10, seed: 7, signal, environment })
    expect(killed.deaths).toBeGreaterThan(7)
    expect(killed.told).toBe(quiet.told)
  },
)

/** A server that writes down each request that it answered. */
async function openServer() {
  const told: { readonly key: string; readonly body: string }[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined)
    // Who died amid a request did not make it.
    if (body === undefined) return
    told.push({ key: String(request.headers['idempotency-key']), body })
    response.end()
  }).listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await once(server, 'listening')
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sales` }
}

const bodies = (told: readonly { readonly body: string }[]) => told.map(({ body }) => body).toSorted()

test(
  'a server that knows keys takes each result of a killed job once; any other one takes some again, and the job says so beforehand',
  { timeout: 300_000 },
  async ({ signal }) => {
    const quiet = await openServer()
    const sinkTo = (url: string, idempotent: boolean) => `{ http: { url: '${url}', idempotent: ${idempotent} } }`
    const sink = sinkTo(quiet.url, true)
    await tortureStream({ folder: newFolder(), sink, records, kills: 0, seed: 1, signal })
    expect(quiet.told.length).toBeGreaterThan(300)

    const knowing = await openServer()
    await tortureStream({ folder: newFolder(), sink: sinkTo(knowing.url, true), records, kills: 6, seed: 5, signal })
    const known = new Map(knowing.told.map((one) => [one.key, one]))
    expect(knowing.told.length).toBeGreaterThan(known.size)
    expect(bodies([...known.values()])).toEqual(bodies(quiet.told))

    const plain = await openServer()
    const plainSink = sinkTo(plain.url, false)
    expect(await promised(plainSink)).toBe('at least once because the sink "http" cannot deduplicate')
    expect(await promised(sink)).toBe('exactly once')
    await tortureStream({ folder: newFolder(), sink: plainSink, records, kills: 6, seed: 5, signal })
    expect(plain.told.length).toBeGreaterThan(quiet.told.length)
    expect([...new Set(bodies(plain.told))]).toEqual([...new Set(bodies(quiet.told))])
  },
)

/** What a job says of itself before it runs. */
async function promised(sink: string): Promise<string> {
  const orders = { records: 0, random: seededRandom(1) }
  const open = await salesApp(sink, orders, sqlite(), { autostart: false }).open({ folder: newFolder() })
  const outcome = await open.callByName('heddle.ExplainJob', { job: 'shop.Sales' })
  await open.close()
  if (!outcome.ok) throw new Error(outcome.errors[0]!.message)
  return (outcome.value as unknown as { guarantee: { text: string } }).guarantee.text
}
