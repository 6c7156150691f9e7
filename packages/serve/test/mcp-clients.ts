import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Duplex, PassThrough, Readable } from 'node:stream'
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { App, OpenApp, Principal } from '@heddle/core'
import { http } from '../src/http/http.ts'
import type { HttpOptions } from '../src/http/options.ts'
import { connectAgent, local, localSocketPath } from '../src/local/index.ts'
import { type McpOptions, mcp, serveMcpStdio } from '../src/mcp/index.ts'
import { LineTransport } from '../src/mcp/stdio/line-transport.ts'

/** A way in which the official client reaches an app: a transport and a revision of the protocol. */
export const ways = [
  'http 2026-07-28',
  'http 2025-11-25',
  'stdio 2026-07-28',
  'stdio 2025-11-25',
  'local 2026-07-28',
  'local 2025-11-25',
] as const

export type Way = (typeof ways)[number]

export interface Connected {
  readonly client: Client
  readonly app: OpenApp
  readonly url: string | undefined
  close(): Promise<void>
}

export interface ConnectOptions {
  readonly as?: Principal | null
  readonly mcp?: McpOptions
  readonly http?: Partial<HttpOptions>
  readonly client?: ClientOptions
  readonly headers?: Record<string, string>
  /** What is done to the client before it connects, e.g. handlers. */
  readonly prepare?: (client: Client) => void
}

/** The client forgets the progress that comes together with the answer, as several lines do that are read at once. */
function lineByLine(input: Duplex): Readable {
  const lines = createInterface({ input })
  return Readable.from(
    (async function* () {
      for await (const line of lines) yield Buffer.from(`${line}\n`)
    })(),
    { highWaterMark: 1 },
  )
}

/** Opens an app, made with the parts of the way, and connects the official client to it. */
export async function connect(
  way: Way,
  make: (...parts: ReturnType<typeof http>[]) => App,
  { as = null, mcp: serving = {}, http: more, client: clientOptions, headers = {}, prepare }: ConnectOptions = {},
): Promise<Connected> {
  const isHttp = way.startsWith('http')
  const mode = way.endsWith('2026-07-28') ? { pin: '2026-07-28' } : ('legacy' as const)
  const client = new Client({ name: 'test', version: '1' }, { ...clientOptions, versionNegotiation: { mode } })
  prepare?.(client)
  const options: HttpOptions = { port: 0, mounts: [mcp(serving)], authenticate: () => as ?? undefined, ...more }
  const part = http(options as Parameters<typeof http>[0])
  const folder = mkdtempSync(join(tmpdir(), 'heddle-mcp-'))
  const isLocal = way.startsWith('local')
  const added = isHttp ? [part] : isLocal ? [local({ mcp: serving }) as typeof part] : []
  const app = await make(...added).open({ folder })
  await app.start()
  if (isHttp) {
    await client.connect(new StreamableHTTPClientTransport(new URL(`${part.url}/mcp`), { requestInit: { headers } }))
  } else if (isLocal) {
    const agent = await connectAgent(localSocketPath(folder), { as })
    if (!agent.ok) throw agent.errors[0]!
    await client.connect(new LineTransport(lineByLine(agent.value), agent.value, { maxBodyBytes: 1e8, maxDepth: 64 }))
  } else {
    const [there, back] = [new PassThrough(), new PassThrough()]
    const served = serveMcpStdio(app, { ...serving, as, input: there, output: back })
    void served.closed.then(() => back.end())
    await client.connect(new LineTransport(back, there, { maxBodyBytes: 1e8, maxDepth: 64 }))
  }
  return {
    client,
    app,
    url: part.url,
    async close() {
      await client.close()
      // A connection that the client opened and never used is not waited for.
      await app.close({ graceMs: 200 })
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
