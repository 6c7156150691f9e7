import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

/** Some server of the Model Context Protocol, as others write them: it knows nothing of Heddle. */
const notes = new Map([['milk', 'buy milk and bread']])

serveStdio(() => {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool(
    'read_note',
    {
      description: 'Reads a note',
      inputSchema: z.object({ id: z.string() }),
      outputSchema: z.object({ text: z.string() }),
      annotations: { readOnlyHint: true },
    },
    ({ id }) => {
      const text = notes.get(id)
      if (text === undefined) return { content: [{ type: 'text', text: `there is no note ${id}` }], isError: true }
      return { content: [{ type: 'text', text }], structuredContent: { text } }
    },
  )
  server.registerTool(
    'write_note',
    { description: 'Writes a note', inputSchema: z.object({ id: z.string(), text: z.string() }) },
    ({ id, text }) => {
      notes.set(id, text)
      return { content: [{ type: 'text', text: 'written' }] }
    },
  )
  return server
})
