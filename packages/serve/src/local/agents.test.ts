import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { app, command, memoryPrincipals, type Principal } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { shop } from '../../test/shop.ts'
import { LineTransport } from '../mcp/stdio/line-transport.ts'
import { type AgentOptions, connectAgent } from './connect-agent.ts'
import { local } from './local.ts'
import { localSocketPath } from './socket-path.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-agents-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The official client at the socket. */
async function connected(options?: AgentOptions) {
  const agent = await connectAgent(localSocketPath(folder), options)
  if (!agent.ok) throw agent.errors[0]!
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  const transport = new LineTransport(agent.value, agent.value, { maxBodyBytes: 1e8, maxDepth: 64 })
  await client.connect(transport)
  const shown = async () => (await client.listTools()).tools.map(({ name }) => name)
  return { client, transport, shown }
}

const codesOf = (outcome: Awaited<ReturnType<typeof connectAgent>>) =>
  outcome.ok || outcome.errors.map(({ code }) => code)

test('an agent is shown what those may call whom it acts as', async () => {
  const open = await shop(local()).open({ folder })
  await open.start()
  const { shown: toOperator } = await connected()
  expect(await toOperator()).toContain('shop_Order')
  const { shown: toStranger } = await connected({ as: null })
  expect(await toStranger()).not.toContain('shop_Order')
  expect(await toStranger()).toContain('shop_Greet')
  const { shown: toBo } = await connected({ as: { id: 'bö', permissions: ['shop:order'] } })
  expect(await toBo()).toContain('shop_Order')
  await open.close()
})

test('an agent whose principal is not known, and one where nobody answers, do not get in', async () => {
  const open = await shop(local()).open({ folder })
  await open.start()
  expect(codesOf(await connectAgent(localSocketPath(folder), { as: 'eve' }))).toEqual(['UnknownPrincipal'])
  await open.close()
  expect(codesOf(await connectAgent(localSocketPath(folder)))).toEqual(['Unavailable'])
})

test('what the principal of an agent loses counts, and when it is gone the connection ends', async () => {
  const time = createVirtualTime()
  let kept: Principal | undefined = { id: 'ward-7', permissions: ['shop:order'] }
  const resolve = async (id: string) => (id === 'ward-7' ? kept : undefined)
  const ports = { timers: time.timers, clock: time.clock, principals: { ...memoryPrincipals(), resolve } }
  const open = await shop(local()).open({ folder, ports })
  await open.start()
  const { shown, transport } = await connected({ as: 'ward-7' })
  expect(await shown()).toContain('shop_Order')
  kept = { id: 'ward-7', permissions: [] }
  await time.advance(5000)
  expect(await shown()).not.toContain('shop_Order')
  kept = undefined
  await time.advance(5000)
  await transport.closed
  await open.close({ graceMs: 0 })
})

test('an app that closes answers what an agent has called before it ends the connection', async () => {
  const reached = Promise.withResolvers<void>()
  const leave = Promise.withResolvers<void>()
  const wait = command('till.Wait', {
    access: 'public',
    input: z.object({}),
    output: z.object({ done: z.boolean() }),
    async run() {
      reached.resolve()
      await leave.promise
      return { done: true }
    },
  })
  const open = await app('till', { parts: [wait, local()] }).open({ folder })
  await open.start()
  const { client, transport } = await connected()
  const called = client.callTool({ name: 'till_Wait' })
  await reached.promise
  const closed = open.close({ graceMs: 60_000 })
  await new Promise(setImmediate)
  leave.resolve()
  expect((await called).structuredContent).toEqual({ done: true })
  await closed
  await transport.closed
})

test('who asks the socket for another protocol is refused', async () => {
  const { request } = await import('node:http')
  const open = await shop(local()).open({ folder })
  await open.start()
  const asked = request({
    socketPath: localSocketPath(folder),
    path: '/shop/Greet',
    headers: { connection: 'Upgrade', upgrade: 'mcp' },
  })
  asked.end()
  const [answer] = await once(asked, 'response')
  expect(answer.statusCode).toBe(404)
  await open.close()
})
