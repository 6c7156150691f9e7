import {
  type ContentBlock,
  type GetPromptRequest,
  type GetPromptResult,
  type ListPromptsResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { Failure, type JsonSchema } from '@heddle/core'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import { readCallMeta } from '../call-meta.ts'
import type { Catalog } from '../catalog.ts'
import { blockOf } from '../file-result.ts'
import { isOpenTo } from '../is-open-to.ts'
import { McpCall } from '../mcp-call.ts'
import { pageOf } from '../page-of.ts'
import { protocolError } from '../protocol-error.ts'
import { propertiesOf, requiredFields } from '../resources/resource-plan.ts'
import type { McpSession } from '../session.ts'
import type { ToolEntry } from '../tool.ts'
import type { PromptMessages } from './prompt.ts'

/** A page of the prompts that somebody may ask for. */
export function listPrompts(catalog: Catalog, { as }: KnownCaller, cursor: string | undefined): ListPromptsResult {
  const shown = catalog.prompts.filter(({ command }) => isOpenTo(command.access, as))
  const { entries, ...page } = pageOf(shown, ({ tool }) => tool.name, cursor, catalog.options.pageSize)
  return { prompts: entries.map(describePrompt), ...page }
}

function describePrompt({ tool, section }: ToolEntry): Prompt {
  const required = new Set(requiredFields(section.input))
  return {
    name: tool.name,
    ...(tool.title !== undefined && { title: tool.title }),
    ...(tool.description !== undefined && { description: tool.description }),
    arguments: Object.entries(propertiesOf(section.input)).map(([name, type]) => {
      const { title, description } = type as JsonSchema
      return {
        name,
        ...(typeof title === 'string' && { title }),
        ...(typeof description === 'string' && { description }),
        required: required.has(name),
      }
    }),
  }
}

/**
 * The messages of a prompt, filled in with what the client sends as text.
 *
 * @throws {ProtocolError} with the errors of the call in its data
 */
export async function getPrompt(
  session: McpSession,
  { params }: GetPromptRequest,
  ctx: ServerContext,
): Promise<GetPromptResult> {
  const { catalog } = session
  const entry = catalog.prompts.find(({ tool }) => tool.name === params.name)
  if (!entry) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no prompt ${params.name}.`)
  const caller = session.callerOf(ctx)
  const said = readCallMeta(ctx.mcpReq._meta, catalog.app.ports.clock)
  if (said instanceof Failure) throw protocolError([said], caller.isOperator)
  const call = new McpCall(catalog, entry, { ...caller, from: 'text' }, ctx)
  const outcome = await call.run(params.arguments ?? {}, said)
  if (!outcome.ok) throw protocolError(outcome.errors, caller.isOperator)
  const { messages } = outcome.value as PromptMessages
  return {
    ...(entry.section.summary !== undefined && { description: entry.section.summary }),
    messages: messages.map(({ role, ...said }) => ({ role, content: contentOf(said) })),
  }
}

function contentOf({ text = '', file, resource }: Omit<PromptMessages['messages'][number], 'role'>): ContentBlock {
  if (resource)
    return { type: 'resource', resource: { uri: resource.uri, mimeType: resource.type, text: resource.text } }
  return file ? blockOf({ type: file.type }, Buffer.from(file.base64, 'base64')) : { type: 'text', text }
}
