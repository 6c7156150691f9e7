import { app } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listSource } from '../source/list.ts'
import { job } from './job.ts'

const open = async (folder: string, port: number) => {
  const parsed = parsePlan(
    `heddle: 1
pipeline: shop.Hook
source: { given: numbers, type: { n: int } }
steps: [{ id: all, filter: it.n > 0 }]
sinks:
  hook: { from: all, http: { url: 'http://127.0.0.1:${port}/in', idempotent: true } }
  rows: { from: all, table: { name: numbers, key: n } }
checkpoint: 20ms
`,
    'hook.yaml',
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const numbers = listSource([{ n: 1 }, { n: 2 }, { n: 3 }])
  const running = await app('shop', {
    parts: [job(parsed.plan, { sources: { numbers } })],
    database: usualDatabase(),
  }).open({
    folder,
  })
  await running.start()
  const status = async () =>
    (
      (await running.callByName('heddle.ShowJob', { job: 'shop.Hook' })) as {
        value: { state: string; because?: string }
      }
    ).value
  return { running, status }
}

/** A server that takes what is posted; until it is begun nothing listens on its port. */
async function hook() {
  const taken: string[] = []
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (piece) => (body += String(piece)))
    request.on('end', () => {
      taken.push(body)
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  await close()
  return { port, taken, close, begin: async () => void (await once(server.listen(port, '127.0.0.1'), 'listening')) }
}

test('an app ends while the server of a sink is away, and nothing of it goes on behind the next one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-leave-'))
  const { port, taken, close, begin } = await hook()
  try {
    const first = await open(folder, port)
    // The checkpoint is there, and the sink has not taken what it keeps.
    const rows = async () => (await first.running.callByName('shop.CountNumbers', {})) as object
    await expect.poll(rows).toMatchObject({ ok: true, value: { count: 3 } })
    await first.running.close({ graceMs: 100 })

    await begin()
    const second = await open(folder, port)
    await expect.poll(async () => (await second.status()).state).toBe('ended')
    await second.running.close()
    expect(taken.length).toBeGreaterThan(0)
    expect(new Set(taken).size).toBe(taken.length)
    await close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
