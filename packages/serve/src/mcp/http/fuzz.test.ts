import { type OpenApp, memoryLog } from '@heddle/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shop } from '../../../test/shop.ts'
import { fetchHandler } from '../../http/fetch-handler.ts'
import { mcp } from './mcp.ts'

/** Whatever is sent, it ends with an answer that is no defect and tells nothing of the insides, and the next good call works. */

let running: OpenApp
let handle: (request: Request) => Promise<Response>
const log = memoryLog()

beforeAll(async () => {
  running = await shop().open({ ports: { log } })
  handle = fetchHandler(running, { mounts: [mcp({ sessions: { most: 20 } })] })
})
afterAll(() => running.close({ graceMs: 100 }))

const send = (body: string, headers: Record<string, string> = {}, method = 'POST') =>
  handle(
    new Request('http://localhost/mcp', {
      method,
      ...(method === 'POST' && { body }),
      headers: {
        host: 'localhost',
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      signal: AbortSignal.timeout(5000),
    }),
  )

const insides = /node_modules|\.ts:\d|\bat \w+ \(|secret|passwd|node:internal/
const methods = fc.constantFrom(
  'initialize',
  'notifications/initialized',
  'notifications/cancelled',
  'ping',
  'tools/list',
  'tools/call',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'subscriptions/listen',
  'server/discover',
  'nothing/here',
)
const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'fuzz', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const names = fc.constantFrom('shop_Greet', 'shop_Order', 'shop_BreakDown', 'shop_Sum', '__proto__', 'toString', '')
const uris = fc.oneof(
  fc.constantFrom(
    'heddle://commands',
    'heddle://commands/shop.Greet',
    'heddle://queries/shop.Greet?name=Bo',
    'heddle://queries/__proto__',
    'heddle://records/constructor/x',
    'heddle://%00',
    'heddle://',
  ),
  fc.string(),
)
const params = fc.record(
  {
    name: names,
    arguments: fc.oneof(fc.constant({ name: 'Bo' }), fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue()),
    uri: uris,
    cursor: fc.oneof(fc.string(), fc.constant(Buffer.from('after:shop').toString('base64url'))),
    ref: fc.oneof(
      fc.record({ type: fc.constantFrom('ref/resource', 'ref/prompt'), uri: uris, name: names }),
      fc.jsonValue(),
    ),
    argument: fc.record({ name: fc.string(), value: fc.string() }),
    level: fc.constantFrom('debug', 'loud'),
    notifications: fc.oneof(fc.constant({}), fc.jsonValue()),
    inputResponses: fc.jsonValue(),
    protocolVersion: fc.constantFrom('2025-11-25', '1900-01-01'),
    capabilities: fc.constant({ elicitation: {} }),
    clientInfo: fc.constant({ name: 'fuzz', version: '1' }),
    _meta: fc.oneof(
      fc.constant(envelope),
      fc.constant({ ...envelope, 'heddle/timeout': -1, progressToken: 1 }),
      fc.constant({ ...envelope, 'heddle/idempotencyKey': 'ü', traceparent: 'x', 'heddle/tenant': 7 }),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: [] },
)
const messages = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      { jsonrpc: fc.constant('2.0'), id: fc.oneof(fc.nat(), fc.string(), fc.jsonValue()), method: methods, params },
      { requiredKeys: ['method'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.record({ jsonrpc: fc.constant('2.0'), id: fc.nat(), method: methods, params }), {
      maxLength: 3,
    }),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
)
const headers = fc.record(
  {
    'mcp-protocol-version': fc.constantFrom('2026-07-28', '2025-11-25', '1.0', ''),
    'mcp-session-id': fc.constantFrom('', 'x', 'a'.repeat(500)),
    'mcp-method': methods,
    'mcp-name': names,
    'last-event-id': fc.constantFrom('1', ''),
    accept: fc.constantFrom('*/*', 'text/plain', 'application/json'),
  },
  { requiredKeys: [] },
)

test('no message brings the surface down, and none is told of the insides', async () => {
  await fc.assert(
    fc.asyncProperty(
      messages,
      headers,
      fc.constantFrom('POST', 'POST', 'POST', 'GET', 'DELETE'),
      async (message, sent, method) => {
        const answer = await send(JSON.stringify(message), sent, method)
        expect(answer.status, JSON.stringify(message)).toBeLessThan(500)
        const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
        const first = await reader?.read()
        expect(first?.value ?? '').not.toMatch(insides)
        await reader?.cancel()
      },
    ),
    { numRuns: 400 },
  )
  const said = await send(
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'shop_Greet', arguments: { name: 'Bo' }, _meta: envelope },
    }),
    { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'shop_Greet' },
  )
  expect(await said.json()).toMatchObject({ result: { structuredContent: { text: 'hello Bo' } } })
  // Mistakes of ours are logged as such; that of the command is its own.
  const ours = log.lines.filter(
    ({ severity, message }) => severity === 'error' && !message.startsWith('shop.BreakDown'),
  )
  expect(ours).toEqual([])
})
