import type { JSONRPCMessage, RequestId, Transport } from '@modelcontextprotocol/server'
import { systemFailure } from '@heddle/core'
import { protocolError } from '../protocol-error.ts'

/** What a message may be: a request has both, an answer an id alone. */
interface Parts {
  readonly id?: RequestId
  readonly method?: string
  readonly params?: { readonly requestId?: RequestId }
}

/** The requests of a client that have no answer yet, so that a connection can end when all are answered. */
export class Unanswered {
  readonly #ids = new Set<RequestId>()
  #onAllAnswered: (() => void) | undefined

  /** Follows what goes through a transport that is at work. */
  constructor(transport: Transport) {
    const handOn = transport.onmessage!
    const send = transport.send.bind(transport)
    transport.onmessage = (message: JSONRPCMessage) => {
      const { id, method, params } = message as Parts
      if (method === 'notifications/cancelled' && params?.requestId !== undefined) this.#answered(params.requestId)
      // What is listened to is answered when it is over, which nobody waits for.
      if (id !== undefined && method !== undefined && method !== 'subscriptions/listen') {
        if (this.#onAllAnswered) return void send(refusal(id)).catch(() => undefined)
        this.#ids.add(id)
      }
      handOn(message)
    }
    transport.send = async (message, options) => {
      const { id, method } = message as Parts
      try {
        await send(message, options)
      } finally {
        if (id !== undefined && method === undefined) this.#answered(id)
      }
    }
  }

  /** Settles when all is answered. Requests that come from now on are refused. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAllAnswered = resolve
      if (this.#ids.size === 0) resolve()
    })
  }

  #answered(id: RequestId): void {
    this.#ids.delete(id)
    if (this.#ids.size === 0) this.#onAllAnswered?.()
  }
}

function refusal(id: RequestId): JSONRPCMessage {
  const { code, message, data } = protocolError([systemFailure('ShuttingDown')])
  return { jsonrpc: '2.0', id, error: { code, message, data } }
}
