import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { totalOf } from '../commands/inputs.ts'
import { order, total } from '../commands/zod-schemas.ts'
import { calling, path, tool } from './mcp-work.ts'

/** The official SDK by hand, with the same tool, as its documentation shows it; on node:http. */
export const contender = calling(async () => {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1' })
    server.registerTool(tool, { inputSchema: order, outputSchema: total }, (input) => {
      const value = { total: totalOf(input) }
      return { content: [{ type: 'text', text: JSON.stringify(value) }], structuredContent: value }
    })
    return server
  })
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', async () => {
      const request = new Request(`http://127.0.0.1${path}`, {
        method: 'POST',
        headers: incoming.headers as Record<string, string>,
        body: Buffer.concat(chunks),
      })
      const response = await handler.fetch(request)
      const text = await response.text()
      outgoing
        .writeHead(response.status, {
          ...Object.fromEntries(response.headers),
          'content-length': Buffer.byteLength(text),
        })
        .end(text)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
})
