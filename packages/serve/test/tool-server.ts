import { inputRequired, Server } from '@modelcontextprotocol/server'

/** What a test sees of a server of tools in its own process. */
export interface ToolServerState {
  readonly cancelled: string[]
  readonly extra: { name: string; description?: string; inputSchema: { type: 'object' } }[]
  readonly onCall?: (name: string) => void
}

const Path = { type: 'object', properties: { path: { type: 'string', minLength: 1 } }, required: ['path'] } as const
const Text = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } as const
const nothing = { type: 'object' } as const

const tools = [
  {
    name: 'read_file',
    title: 'Read a file',
    description: 'Gives the text of a file',
    inputSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', ...Path },
    outputSchema: Text,
    annotations: { readOnlyHint: true },
  },
  { name: 'delete_file', description: 'Deletes a file\n\nFor good.', inputSchema: Path },
  { name: 'break', inputSchema: nothing, annotations: { destructiveHint: false } },
  { name: 'lie', inputSchema: nothing, outputSchema: Text },
  { name: 'slow', inputSchema: nothing },
  { name: 'tell-meta', inputSchema: nothing },
  { name: 'exit', inputSchema: nothing },
  { name: 'exit_again', inputSchema: nothing, annotations: { idempotentHint: true } },
  { name: 'endless', inputSchema: nothing, annotations: { idempotentHint: true } },
  { name: 'grow', inputSchema: nothing },
  { name: 'ask', inputSchema: nothing },
  {
    name: 'match',
    inputSchema: { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } },
    outputSchema: { type: 'object', properties: { text: { type: 'string', pattern: '^(a+)+$' } } },
  },
  {
    name: 'either',
    inputSchema: {
      type: 'object',
      properties: { by: { type: 'string' }, id: { type: 'integer' }, name: { type: 'string' } },
      if: { properties: { by: { const: 'id' } } },
      then: { required: ['id'] },
      else: { required: ['name'] },
    },
  },
]

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })

/** A server of tools that behave in many ways, made by the official SDK alone. */
export function createToolServer(state: ToolServerState): Server {
  const server = new Server({ name: 'tools', version: '1' }, { capabilities: { tools: { listChanged: true } } })
  server.setRequestHandler('tools/list', () => ({ tools: [...tools, ...state.extra] as never }))
  server.setRequestHandler('tools/call', async ({ params: { name, arguments: input = {}, _meta } }, { mcpReq }) => {
    state.onCall?.(name)
    switch (name) {
      case 'read_file':
        return { ...said('as told'), structuredContent: { text: `text of ${String(input['path'])}` } }
      case 'delete_file':
        return said(`deleted ${String(input['path'])}`)
      case 'break':
        return { ...said('the disk is gone'), isError: true }
      case 'lie':
        return { ...said('a lie'), structuredContent: { text: 7 } }
      case 'match':
        return { ...said('no match'), structuredContent: { text: `${'a'.repeat(40)}!` } }
      case 'tell-meta':
        return said(JSON.stringify(_meta))
      case 'endless':
        return said('x'.repeat(12 * 2 ** 20))
      case 'exit':
      case 'exit_again':
        process.exit(3)
        break
      case 'grow':
        state.extra.push({ name: 'new_tool', inputSchema: nothing })
        await server.sendToolListChanged()
        return said('grown')
      case 'ask': {
        const properties = { why: { type: 'string' }, times: { type: 'integer', default: 3 } } as const
        const requestedSchema = { type: 'object', properties, required: ['why', 'times'] } as const
        const answered = mcpReq.inputResponses?.['why']
        const ask = inputRequired.elicit({ mode: 'form', message: 'Why, and how often?', requestedSchema } as never)
        if (answered === undefined) return inputRequired({ inputRequests: { why: ask } })
        return said(JSON.stringify(answered))
      }
      case 'slow': {
        const progressToken = _meta?.progressToken
        if (progressToken !== undefined) {
          await mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress: 1, total: 3, message: 'begun' },
          })
        }
        await new Promise<void>((resolve) => mcpReq.signal.addEventListener('abort', () => resolve(), { once: true }))
        state.cancelled.push(name)
        return said('late')
      }
      default:
        return said(JSON.stringify(input))
    }
    return said('')
  })
  return server
}
