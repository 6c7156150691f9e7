import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

/** Answers a request of Node's server by a handler of the web platform's requests; who leaves aborts it. */
export async function webRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const left = new AbortController()
  outgoing.once('close', () => left.abort())
  const headers = new Headers(incoming.headers as Record<string, string>)
  const body = incoming.method === 'POST' ? (Readable.toWeb(incoming) as BodyInit) : undefined
  const init = { method: incoming.method, headers, body, signal: left.signal, duplex: 'half' }
  const answer = await handle(new Request(`http://${headers.get('host')}${incoming.url}`, init as RequestInit))
  outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
  if (!answer.body) return void outgoing.end()
  // A client that goes in the middle of a stream is what some tests are about.
  await pipeline(Readable.fromWeb(answer.body as ReadableStream), outgoing).catch(() => undefined)
}
