import { join } from 'node:path'
import { app, command, contract } from 'heddle'
import { mcpTools, toolErrors } from 'heddle/mcp'
import { z } from 'zod'

const readNote = contract('notes.ReadNote', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ text: z.string() }),
  errors: toolErrors,
})

export const countWords = command('desk.CountWords', {
  kind: 'query',
  summary: 'Count the words of a note',
  input: z.object({ id: z.string() }),
  output: z.int(),
  access: 'public',
  calls: [readNote],
  async run({ input, call }) {
    const { text } = await call(readNote, input)
    return text.split(/\s+/).length
  },
})

const server = { command: process.execPath, args: [join(import.meta.dirname, 'notes-server.ts')] }

export default app('desk', {
  parts: [countWords, mcpTools('notes', server, { allow: { read_note: 'notes:read' }, timeout: '10s' })],
})
