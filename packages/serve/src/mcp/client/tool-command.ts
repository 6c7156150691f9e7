import { type AnyCommand, type Access, command, type Port, timeout } from '@heddle/core'
import type { CallToolResult, Tool } from '@modelcontextprotocol/client'
import { z } from 'zod'
import { callTool } from './call-tool.ts'
import type { Connection } from './connection.ts'
import { toolErrors } from './tool-failed.ts'
import { describedBy, faultIn, type ToolSchema, toolType } from './tool-type.ts'

/** What a tool without an output schema gives: the blocks of its answer, e.g. `{ type: 'text', text }`. */
const Content = z.object({ content: z.array(z.looseObject({ type: z.string() })) })

/** How a tool becomes a command. */
export interface ToolCommandOptions {
  readonly name: string
  readonly port: Port<Connection>
  readonly access: Access | undefined
  readonly timeout: string
}

/**
 * The command that calls a tool. Its facts are those that the server tells: what it says nothing of may destroy, and may not be
 * repeated.
 *
 * @throws {Defect} InvalidDefinition, for a name that no command can have
 */
export function toolCommand(tool: Tool, { name, port, access, timeout: limit }: ToolCommandOptions): AnyCommand {
  const { title, description, annotations = {}, inputSchema, outputSchema } = tool
  const { readOnlyHint = false, destructiveHint = true, idempotentHint = false } = annotations
  const called = { name: tool.name, isRepeatable: readOnlyHint || idempotentHint }
  const fault = outputSchema && faultIn(outputSchema as ToolSchema)
  return command(name, {
    ...summaryOf(title ?? annotations.title, description),
    kind: readOnlyHint ? 'query' : 'command',
    idempotent: called.isRepeatable,
    destructive: !readOnlyHint && destructiveHint,
    input: toolType(inputSchema as ToolSchema),
    output: outputSchema ? describedBy(outputSchema as ToolSchema, z.unknown()) : Content,
    errors: toolErrors,
    ...(access !== undefined && { access }),
    uses: [port],
    policies: [timeout(limit)],
    async run({ input, fail, ctx }) {
      const answer = await callTool(ctx.use(port), called, input, ctx)
      const failed = (message: string, detail?: unknown) =>
        fail.ToolFailed({ tool: tool.name, message, ...(detail !== undefined && { detail }) })
      if ('refused' in answer) return failed(String(answer.refused), answer.detail)
      if (answer.isError) return failed(textOf(answer), answer.structuredContent)
      if (!fault) return { content: answer.content }
      const why = answer.structuredContent === undefined ? 'there is none' : fault(answer.structuredContent)
      if (why === undefined) return answer.structuredContent
      return failed(`its structured answer does not fit what the tool says of it: ${why}`)
    },
  }) as AnyCommand
}

/** The first line is for lists; a title says it better. */
function summaryOf(title: string | undefined, description: string | undefined) {
  const [first] = (description ?? '').trim().split('\n')
  const summary = title ?? first
  return {
    ...(summary && { summary }),
    ...(description !== undefined && description !== summary && { description }),
  }
}

/** What an answer says in words. */
function textOf({ content }: CallToolResult): string {
  const texts = content.flatMap((block) => (block.type === 'text' ? [block.text] : []))
  return texts.join('\n') || 'it does not say why'
}
