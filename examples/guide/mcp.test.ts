import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { accessCommands, memoryLog, type OpenApp, withOperations } from 'heddle'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared from './mcp.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-mcp-guide-'))
const client = new Client({ name: 'gardener', version: '1' }, { versionNegotiation: { mode: 'auto' } })
const told: string[] = []
let garden: OpenApp
let url: URL

beforeAll(async () => {
  garden = await withOperations(declared).open({ folder, ports: { log: memoryLog() }, environment: {} })
  const lines = await garden.start()
  url = new URL(`${lines.find((line) => line.startsWith('ready http'))!.replace('ready ', '')}/mcp`)
  const { createKey, putPrincipal, putRole } = accessCommands
  await garden.callOrThrow(putRole, { name: 'gardener', permissions: ['garden:*'] })
  await garden.callOrThrow(putPrincipal, { id: 'ward-7', kind: 'agent', roles: ['gardener'] })
  const { key } = await garden.callOrThrow(createKey, { principal: 'ward-7' })
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void told.push(params.uri))
  const headers = { authorization: `Bearer ${key}` }
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
})
afterAll(async () => {
  await client.close()
  await garden.close({ graceMs: 200 })
  rmSync(folder, { recursive: true })
})

const call = (name: string, given: Record<string, unknown>) => client.callTool({ name, arguments: given })

test('commands are tools of those who may call them', async () => {
  expect(client.getInstructions()).toContain('Look at a plant')
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['garden_CreatePlant', 'garden_FindPlants', 'garden_GetPlant', 'garden_WaterPlant']),
  )
  expect(tools.map(({ name }) => name)).not.toContain('heddle_CreateKey')
  await call('garden_CreatePlant', { id: 'fern', name: 'Fern' })
  expect((await call('garden_WaterPlant', { id: 'fern', litres: 2 })).structuredContent).toEqual({ litres: 2 })
  const stranger = new Client({ name: 'nobody', version: '1' })
  await stranger.connect(new StreamableHTTPClientTransport(url))
  expect((await stranger.listTools()).tools.map(({ name }) => name)).toEqual([])
  await stranger.close()
})

test('what goes wrong is told to the model', async () => {
  const wet = await call('garden_WaterPlant', { id: 'fern', litres: 4 })
  expect(wet.isError).toBe(true)
  expect(wet.structuredContent).toMatchObject({ errors: [{ code: 'TooWet', data: { most: 3 } }] })
})

test('records and documents are resources, and who subscribes is told of changes', async () => {
  const uri = 'heddle://records/garden.Plant/fern'
  const { contents } = await client.readResource({ uri })
  expect(JSON.parse((contents[0] as { text: string }).text)).toMatchObject({ name: 'Fern' })
  const rules = await client.readResource({ uri: 'heddle://documents/rules' })
  expect(rules.contents[0]).toMatchObject({ mimeType: 'text/markdown' })
  const subscription = await client.listen({ resourceSubscriptions: [uri] })
  await call('garden_WaterPlant', { id: 'fern', litres: 1 })
  while (told.length === 0) await new Promise(setImmediate)
  expect(told).toEqual([uri])
  await subscription.close()
})

test('a prompt is filled in, and its arguments are completed', async () => {
  const ref = { type: 'ref/prompt' as const, name: 'garden_PlanWeek' }
  const { completion } = await client.complete({ ref, argument: { name: 'weather', value: 'd' } })
  expect(completion.values).toEqual(['dry'])
  const { messages } = await client.getPrompt({ name: 'garden_PlanWeek', arguments: { weather: 'dry' } })
  expect(messages).toEqual([
    { role: 'user', content: { type: 'text', text: 'The week will be dry. Say which of these to water: Fern.' } },
  ])
})
