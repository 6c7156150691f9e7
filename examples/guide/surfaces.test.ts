import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { callLocally, doorsOf, localSocketPath, type OpenApp, outgoingOutcome, toJson } from 'heddle'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared, { bookRoom } from './surfaces.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-inn-'))
const ann = { id: 'ann', permissions: ['inn:book'] }
const headers = { authorization: 'Bearer key-of-ann' }
let inn: OpenApp
let url: string
beforeAll(async () => {
  inn = await declared.open({ folder })
  url = (await inn.start()).find((line) => line.startsWith('ready http'))!.replace('ready ', '')
})
afterAll(async () => {
  await inn.close()
  rmSync(folder, { recursive: true })
})

const inCode = async (input: unknown) =>
  toJson(outgoingOutcome(undefined, await inn.callByName(bookRoom.name, input, { as: ann, from: 'json' })))

async function overHttp(input: unknown) {
  const answer = await fetch(`${url}/inn/BookRoom`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  })
  const body = (await answer.json()) as { errors?: unknown }
  return answer.ok ? { ok: true, value: body } : { ok: false, errors: body.errors }
}

async function overWebSocket(input: unknown) {
  // A browser cannot set headers: it says who it is by a frame.
  const socket = new WebSocket(`${url.replace('http', 'ws')}/_heddle/ws`, 'heddle.v1')
  await once(socket, 'open')
  socket.send(JSON.stringify({ authorization: headers.authorization }))
  socket.send(JSON.stringify({ id: 1, call: 'inn.BookRoom', input }))
  const answer = await new Promise<{ value?: unknown; errors?: unknown }>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(String(data)) as { id?: number; value?: unknown; errors?: unknown }
      if (frame.id === 1) resolve(frame)
    })
  })
  socket.close()
  return answer.errors ? { ok: false, errors: answer.errors } : { ok: true, value: answer.value }
}

async function overMcp(input: unknown) {
  const client = new Client({ name: 'guide', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }))
  const { isError, structuredContent: told } = await client.callTool({
    name: 'inn_BookRoom',
    arguments: input as Record<string, unknown>,
  })
  await client.close()
  return isError ? { ok: false, errors: (told as { errors: unknown }).errors } : { ok: true, value: told }
}

const overSocket = async (input: unknown) =>
  toJson(await callLocally(localSocketPath(folder), 'inn.BookRoom', input, { as: ann }))

test('every example has the same outcome, whichever way the call comes in', async () => {
  const examples = [...bookRoom.examples, ...Object.values(bookRoom.errorExamples)]
  for (const input of examples) {
    const outcome = await inCode(input)
    for (const way of [overHttp, overWebSocket, overMcp, overSocket]) expect(await way(input)).toEqual(outcome)
  }
})

test('examples say what they do', async () => {
  for (const input of bookRoom.examples) expect(await inCode(input)).toMatchObject({ ok: true })
  for (const [code, input] of Object.entries(bookRoom.errorExamples)) {
    expect(await inCode(input)).toMatchObject({ ok: false, errors: [{ code }] })
  }
})

test('each surface says where it leads to the command', () => {
  const { command = {}, surface = {} } = inn.manifest.parts
  expect(doorsOf(command['inn.BookRoom'] as never, surface as never)).toMatchObject({
    http: ['POST /inn/BookRoom'],
    websocket: ['/_heddle/ws {"call":"inn.BookRoom"}'],
    mcp: ['tool inn_BookRoom'],
    cli: ['heddle call inn.BookRoom'],
  })
})
