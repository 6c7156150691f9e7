import { mediaTypes } from '../../http/accept.ts'
import type { Answer } from '../../http/exchange.ts'

/** The answer to a request of which no message could be made: an error of JSON-RPC without an id. */
export const rpcError = (status: number, code: number, message: string): Answer => ({
  status,
  headers: { 'content-type': mediaTypes.json },
  body: JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }),
})
