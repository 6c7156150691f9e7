import { type CallContext, Failure, systemErrors, type SystemCode } from '@heddle/core'
import type { CallToolResult, Client } from '@modelcontextprotocol/client'
import { callMeta } from '../call-meta.ts'
import { type Connection, forbiddenIn } from './connection.ts'

/** A tool, as far as calling it goes. */
export interface CalledTool {
  readonly name: string
  readonly isRepeatable: boolean
}

/** What a tool answered, or what its server said instead. */
export type ToolAnswer = CallToolResult | { readonly refused: string; readonly detail?: unknown }

/** The longest that a timer of the library can be: the deadline of the call ends it, and nothing else. */
const neverMs = 2 ** 31 - 1

/**
 * Calls a tool for a command: its cancellation, progress, key and trace go along.
 *
 * @throws {Failure} Unavailable
 */
export async function callTool(
  connection: Connection,
  tool: CalledTool,
  input: unknown,
  ctx: CallContext,
): Promise<ToolAnswer> {
  const { SdkError, SdkErrorCode, SdkHttpError, ProtocolError } = await import('@modelcontextprotocol/client')
  for (let isFirst = true; ; isFirst = false) {
    const client = await waitFor(connection.client(), ctx.signal)
    try {
      return await send(client, tool, input, ctx)
    } catch (thrown) {
      ctx.signal.throwIfAborted()
      if (thrown instanceof ProtocolError) return { refused: thrown.message, detail: thrown.data }
      if (thrown instanceof SdkError && thrown.code === SdkErrorCode.InvalidResult) return { refused: thrown.message }
      const forbidden = forbiddenIn(thrown)
      if (forbidden) throw forbidden
      connection.drop(client)
      // The server has forgotten the session, so it has not looked at the call.
      if (isFirst && thrown instanceof SdkHttpError && thrown.status === 404) continue
      throw lost(tool, thrown)
    }
  }
}

function send(client: Client, { name }: CalledTool, input: unknown, ctx: CallContext): Promise<CallToolResult> {
  const { signal, idempotencyKey, parent } = ctx
  const _meta = {
    ...(idempotencyKey !== undefined && { [callMeta.idempotencyKey]: idempotencyKey }),
    ...(parent && { traceparent: `00-${parent.traceId}-${parent.spanId}-01` }),
  }
  return client.callTool(
    { name, arguments: input as Record<string, unknown>, ...(Object.keys(_meta).length > 0 && { _meta }) },
    {
      signal,
      timeout: neverMs,
      onprogress: ({ progress, total, message }) =>
        ctx.progress({
          done: progress,
          ...(total !== undefined && { total }),
          ...(message !== undefined && { message }),
        }),
    },
  )
}

/** Nobody knows whether a call whose answer was lost has run: only one that may run twice is to be tried again. */
function lost({ name, isRepeatable }: CalledTool, cause: unknown): Failure {
  const code: SystemCode = 'Unavailable'
  const facts = systemErrors[code]
  return new Failure(
    code,
    { what: `The MCP server of the tool ${name}` },
    isRepeatable ? facts : { ...facts, retry: 'never' },
    [],
    cause,
  )
}

/** The call ends when it is cancelled; the connection is made all the same, for the next one. */
function waitFor<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
