import {
  type CallToolRequest,
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import {
  type AnyFailure,
  type CallOptions,
  Failure,
  type Outcome,
  outgoingOutcome,
  type Progress,
  StreamedFile,
  systemFailure,
} from '@heddle/core'
import type { KnownCaller } from '../http/call-endpoint.ts'
import { readCallMeta } from './call-meta.ts'
import { fileResult } from './file-result.ts'
import type { McpSession } from './session.ts'
import { toldProgress } from './told-progress.ts'
import type { ToolEntry } from './tool.ts'
import { failedResult, valueResult } from './tool-result.ts'

/** The name that calls by this surface have in metrics. */
export const surfaceName = 'mcp'

/**
 * Calls the command that a tool is. Whatever the call ends with is a result, so that the model can read it.
 *
 * @throws {ProtocolError} where there is no such tool
 */
export async function callTool(
  server: Server,
  session: McpSession,
  { params }: CallToolRequest,
  ctx: ServerContext,
): Promise<CallToolResult> {
  const { catalog } = session
  const entry = catalog.tool(params.name)
  if (!entry) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name}.`)
  const caller = session.callerOf(ctx)
  const said = readCallMeta(ctx.mcpReq._meta, catalog.app.ports.clock)
  if (said instanceof Failure) return failedResult([said], caller.isOperator)
  const given = params.arguments ?? {}
  const input = entry.isWrapped ? given.input : given
  const call = new ToolCall(session, entry, caller, ctx)
  const outcome = await call.run(input, said)
  if (!outcome.ok) return failedResult(outcome.errors, caller.isOperator)
  const result = await call.resultOf(outcome.value)
  return result.isError ? result : server.projectCallToolResult(result, entry.tool.outputSchema)
}

/** One call of a tool: what comes on its way, and what is made of its end. */
class ToolCall {
  readonly #session: McpSession
  readonly #entry: ToolEntry
  readonly #caller: KnownCaller
  readonly #ctx: ServerContext
  /** JSON of the items that came. */
  readonly #items: string[] = []
  /** Ends a call whose items are too many. */
  readonly #tooMany = new AbortController()

  constructor(session: McpSession, entry: ToolEntry, caller: KnownCaller, ctx: ServerContext) {
    this.#session = session
    this.#entry = entry
    this.#caller = caller
    this.#ctx = ctx
  }

  async run(input: unknown, said: CallOptions): Promise<Outcome<unknown, AnyFailure>> {
    const { command, outgoing, isStreamed } = this.#entry
    const { as, tenant, from } = this.#caller
    const { signal } = this.#ctx.mcpReq
    const outcome = await this.#session.catalog.app.callByName(command.name, input, {
      as,
      tenant,
      from: from ?? 'json',
      surface: surfaceName,
      signal: isStreamed ? AbortSignal.any([signal, this.#tooMany.signal]) : signal,
      ...said,
      ...this.#told(),
    })
    return outgoing ? outgoingOutcome(outgoing, outcome) : outcome
  }

  /** Where nobody wants to hear of it, nothing is made of progress; items are kept all the same. */
  #told(): Pick<CallOptions, 'onItem' | 'onProgress'> {
    const { isStreamed, outgoing, encodeItem } = this.#entry
    const token = this.#ctx.mcpReq._meta?.progressToken
    const told = token === undefined ? undefined : toldProgress(token, this.#ctx.mcpReq.notify)
    const { maxItems } = this.#session.catalog.options
    const onItem = (item: unknown) => {
      const json = encodeItem(outgoing ? outgoing.item(item) : item) ?? 'null'
      if (this.#items.length === maxItems) return this.#tooMany.abort(tooMany(maxItems))
      this.#items.push(json)
      return told?.item(json)
    }
    return {
      ...(told && { onProgress: (progress: Progress) => told.progress(progress) }),
      ...(isStreamed && { onItem }),
    }
  }

  async resultOf(value: unknown): Promise<CallToolResult> {
    const { encodeValue, isStreamed } = this.#entry
    if (value instanceof StreamedFile) {
      const result = await fileResult(value, this.#session.catalog.options.maxFileBytes)
      return result instanceof Failure ? failedResult([result], this.#caller.isOperator) : result
    }
    if (!isStreamed) return valueResult(value, encodeValue)
    const last = value === undefined ? '' : `,"value":${encodeValue(value)}`
    const text = `{"items":[${this.#items.join(',')}]${last}}`
    return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) }
  }
}

const tooMany = (limit: number) => systemFailure('LimitReached', { name: 'mcp.maxItems', limit })
