import { httpContender, type Serving } from '../../harness/http-contender.ts'
import type { Contender } from '../../harness/types.ts'
import { orders } from '../commands/inputs.ts'

/** The name of the tool. */
export const tool = 'bench_GetTotal'
/** Where it is served. */
export const path = '/mcp'

const revision = '2026-07-28'
const headers = {
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': revision,
  'mcp-method': 'tools/call',
  'mcp-name': tool,
}

/** A call of the tool as clients of the newest revision send it. */
const callOf = (input: unknown) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: tool,
    arguments: input,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': revision,
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
})

interface Answered {
  readonly status: number
  readonly json: {
    readonly result?: { readonly isError?: boolean; readonly structuredContent?: { readonly total: number } }
  }
}

/** A contender: a server whose tool answers an order with its total. */
export function calling(serve: () => Promise<Serving>): Contender {
  const contender = httpContender(serve, { path, inputs: orders, body: callOf, headers })
  return {
    async open(options) {
      return {
        ...(await contender.open(options)),
        answer: ({ status, json: { result } }: Answered) =>
          status === 200 && result && !result.isError
            ? { ok: true, total: result.structuredContent?.total }
            : { ok: false },
      }
    },
  }
}
