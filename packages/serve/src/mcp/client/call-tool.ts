import { type CallContext, traceHeaders } from '@heddle/core'
import type { CallToolResult, Client, Progress as McpProgress } from '@modelcontextprotocol/client'
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
      // Nobody knows whether a call whose answer was lost has run: only one that may run twice is to be tried again.
      if (!tool.isRepeatable) return { refused: 'the connection broke before it answered, so it may have run or not' }
      throw connection.unavailable(thrown)
    }
  }
}

function send(client: Client, { name }: CalledTool, input: unknown, ctx: CallContext): Promise<CallToolResult> {
  const { signal, outgoingKey, tellsProgress } = ctx
  const _meta = {
    ...traceHeaders(ctx),
    ...(outgoingKey !== undefined && { [callMeta.idempotencyKey]: outgoingKey }),
  }
  return client.callTool(
    { name, arguments: input as Record<string, unknown>, _meta },
    {
      signal,
      timeout: neverMs,
      ...(tellsProgress && { onprogress: (progress) => ctx.progress(told(progress)) }),
    },
  )
}

const told = ({ progress, total, message }: McpProgress) => ({
  done: progress,
  ...(total !== undefined && { total }),
  ...(message !== undefined && { message }),
})

/** The call ends when it is cancelled; the connection is made all the same, for the next one. */
function waitFor<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
