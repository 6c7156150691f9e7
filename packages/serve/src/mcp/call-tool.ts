import {
  type CallToolRequest,
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { Failure, StreamedFile } from '@heddle/core'
import { readCallMeta } from './call-meta.ts'
import { askForApproval } from './elicit/ask-for-approval.ts'
import { askForInput } from './elicit/ask-for-input.ts'
import { fileResult } from './file-result.ts'
import { McpCall } from './mcp-call.ts'
import { runUri } from './resources/uris.ts'
import type { McpSession } from './session.ts'
import { toldLogs } from './told-logs.ts'
import type { ToolEntry } from './tool.ts'
import { failedResult, valueResult } from './tool-result.ts'

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
): Promise<CallToolResult | InputRequiredResult> {
  const { catalog } = session
  const entry = catalog.tool(params.name)
  if (!entry) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name}.`)
  const caller = session.callerOf(ctx)
  const said = readCallMeta(ctx.mcpReq._meta, catalog.app.ports.clock)
  if (said instanceof Failure) return failedResult([said], caller.isOperator)
  const given = askForInput(server, entry, params.arguments ?? {}, ctx)
  if (isInputRequiredResult(given)) return given
  const input = entry.isWrapped ? given['input'] : given
  const approval = await askForApproval(server, { catalog, entry, caller, ctx }, input, said)
  if (!approval.ok) return failedResult(approval.errors, caller.isOperator)
  if (approval.value) return approval.value
  const call = new McpCall(catalog, entry, caller, ctx, toldLogs(server, ctx, caller))
  const outcome = await call.run(input, said)
  if (!outcome.ok) return failedResult(outcome.errors, caller.isOperator, call.items)
  const { value } = outcome
  if (value instanceof StreamedFile) {
    const result = await fileResult(value, catalog.options.maxFileBytes)
    return result instanceof Failure ? failedResult([result], caller.isOperator) : result
  }
  return server.projectCallToolResult(resultOf(entry, call, value), entry.tool.outputSchema)
}

function resultOf(entry: ToolEntry, call: McpCall, value: unknown): CallToolResult {
  if (entry.isStreamed) {
    const text = call.json(value)
    return { content: [{ type: 'text', text }], structuredContent: JSON.parse(text) }
  }
  const result = valueResult(value, entry.encodeValue)
  const { begins } = entry.command
  const run = begins ? (value as { run?: unknown } | undefined)?.run : undefined
  if (typeof run !== 'string') return result
  const uri = runUri(entry.command.name, run)
  const link = { type: 'resource_link' as const, uri, name: run, title: 'Where the run stands' }
  return { ...result, content: [...result.content, link] }
}
