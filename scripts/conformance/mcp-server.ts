import { createServer, request } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog } from '@heddle/core'
import declared, { surface } from './mcp-server-app.ts'

/**
 * The names that the suite asks for, and what they are here: a tool is called after its command and a resource after what it is, and
 * neither can be chosen freely. Nothing else of a message is changed.
 */
const names: readonly (readonly [theirs: string, ours: string])[] = [
  ['test_simple_text', 'test_SimpleText'],
  ['test_image_content', 'test_ImageContent'],
  ['test_audio_content', 'test_AudioContent'],
  ['test_embedded_resource', 'test_EmbeddedResource'],
  ['test_tool_with_logging', 'test_ToolWithLogging'],
  ['test_error_handling', 'test_ErrorHandling'],
  ['test_tool_with_progress', 'test_ToolWithProgress'],
  ['json_schema_2020_12_tool', 'test_JsonSchemaTool'],
  ['test_elicitation', 'test_Elicitation'],
  ['test_elicitation_sep1034_defaults', 'test_ElicitationDefaults'],
  ['test_reconnection', 'test_Reconnection'],
  ['test_simple_prompt', 'test_SimplePrompt'],
  ['test_prompt_with_arguments', 'test_PromptWithArguments'],
  ['test_prompt_with_image', 'test_PromptWithImage'],
  ['test_prompt_with_embedded_resource', 'test_PromptWithResource'],
  ['test://static-text', 'heddle://documents/static-text'],
  ['test://static-binary', 'heddle://queries/test.StaticBinary'],
  ['test://watched-resource', 'heddle://queries/test.Watched'],
  ['test://template/123/data', 'heddle://queries/test.Template?id=123'],
]

const toOurs = (text: string) => names.reduce((all, [theirs, ours]) => all.replaceAll(`"${theirs}"`, `"${ours}"`), text)
const toTheirs = (text: string) =>
  names.reduce((all, [theirs, ours]) => all.replaceAll(`"${ours}"`, `"${theirs}"`), text)

/** Serves the app that the suite tries, behind a proxy that changes names and hands everything else on as it is. */
export async function startMcpServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-mcp-server-'))
  const open = await declared.open({ folder, ports: { log: memoryLog() } })
  await open.start()
  const target = new URL(surface.url!)
  const proxy = createServer(async (incoming, outgoing) => {
    let body = ''
    for await (const piece of incoming) body += String(piece)
    const { port } = proxy.address() as { port: number }
    // Whoever asks for the proxy asks for the app; any other host or origin is one that the suite tries.
    const meant = (text: string | undefined) => text?.replace(`:${port}`, `:${target.port}`)
    const { 'content-length': _length, 'transfer-encoding': _coding, ...headers } = incoming.headers
    const sent = { ...headers, host: meant(headers.host), ...(headers.origin && { origin: meant(headers.origin) }) }
    const asked = request(new URL(incoming.url!, target), { method: incoming.method, headers: sent }, (answer) => {
      const { 'content-length': _long, ...more } = answer.headers
      outgoing.writeHead(answer.statusCode!, more)
      const decoder = new TextDecoder()
      answer.on('data', (piece: Buffer) => outgoing.write(toTheirs(decoder.decode(piece, { stream: true }))))
      answer.once('end', () => outgoing.end())
    })
    outgoing.once('close', () => asked.destroy())
    asked.once('error', () => outgoing.destroy()).end(toOurs(body))
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      proxy.closeAllConnections()
      proxy.close()
      await open.close()
      await rm(folder, { recursive: true })
    },
  }
}
