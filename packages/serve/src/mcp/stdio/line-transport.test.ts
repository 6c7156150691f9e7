import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { app, command } from '@heddle/core'
import type { JSONRPCMessage } from '@modelcontextprotocol/server'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { LineTransport } from './line-transport.ts'
import { serveMcpStdio } from './serve-mcp-stdio.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function opened(maxBodyBytes = 1000) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const transport = new LineTransport(input, output, { maxBodyBytes, maxDepth: 8 })
  const heard: JSONRPCMessage[] = []
  transport.onmessage = (message) => void heard.push(message)
  await transport.start()
  closing.push(() => transport.close())
  const said = () =>
    String(output.read() ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { id: null; error: { code: number; message: string } })
  return { transport, input, output, heard, said }
}

const ping = (id: number) => ({ jsonrpc: '2.0' as const, id, method: 'ping' })

test('a message is a line, however it comes in pieces', async () => {
  const { input, heard } = await opened()
  const text = `${JSON.stringify(ping(1))}\n\r\n${JSON.stringify(ping(2))}\r\n${JSON.stringify({ ...ping(3), method: 'grüße' })}\n`
  for (const byte of Buffer.from(text)) input.write(Buffer.from([byte]))
  await new Promise(setImmediate)
  expect(heard.map((message) => (message as { id: number }).id)).toEqual([1, 2, 3])
  expect(heard[2]).toMatchObject({ method: 'grüße' })
})

test('a line that is no message is told of, and the next one is heard', async () => {
  const { input, heard, said } = await opened()
  const lines = [
    '{"jsonrpc":',
    '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}',
    '{"x":12345678901234567890}',
    '{"x":1}',
  ]
  input.write(`${lines.join('\n')}\n${JSON.stringify(ping(9))}\n`)
  await new Promise(setImmediate)
  expect(said().map(({ id, error: { code } }) => [id, code])).toEqual([
    [null, -32_700],
    [null, -32_700],
    [null, -32_700],
    [null, -32_600],
  ])
  expect(heard).toEqual([ping(9)])
})

test('a line that never ends ends the connection', async () => {
  const { transport, input, said } = await opened(100)
  input.write('x'.repeat(101))
  await transport.closed
  expect(said()[0]!.error.message).toContain('limit "maxBodyBytes"')
  await expect(transport.send(ping(1))).rejects.toThrow('ended')
})

test('serving ends when the client closes its side, and its calls are cancelled', async () => {
  const waiting = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const wait = command('till.Wait', {
    access: 'public',
    input: z.object({}),
    output: z.null(),
    async run({ ctx }) {
      waiting.resolve()
      await once(ctx.signal, 'abort')
      ended.resolve()
      return null
    },
  })
  const running = await app('till', { parts: [wait] }).open()
  closing.push(() => running.close({ graceMs: 0 }))
  const [input, output] = [new PassThrough(), new PassThrough()]
  const served = serveMcpStdio(running, { input, output })
  input.write(
    `${JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    })}\n`,
  )
  const call = {
    jsonrpc: '2.0',
    id: 2,
    method: 'tools/call',
    params: { name: 'till_Wait', arguments: {} },
  }
  input.write(`${JSON.stringify(call)}\n`)
  await waiting.promise
  input.end()
  await served.closed
  await ended.promise
  await served.close()
  expect(String(output.read())).toContain('"serverInfo"')
})
