import type { Answer, Exchange } from '../../http/exchange.ts'

/** A request as the SDK takes it. Its body was read and decoded before, so it has none. */
export function webRequest(exchange: Exchange): Request {
  const { method, url, headers, signal } = exchange
  const sent: [string, string][] = []
  for (const name of neededHeaders) {
    const value = headers[name]
    if (value !== undefined) sent.push([name, value])
  }
  // Who is meant was looked at before, and not every `Host` makes a URL.
  return new Request(`http://localhost${url}`, { method, headers: sent, signal })
}

/** Those that the SDK reads. What it does not need, it does not get: credentials above all. */
const neededHeaders = [
  'accept',
  'content-type',
  'host',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
] as const

/**
 * What the SDK answers, on its way out.
 *
 * @param signal ends a stream
 * @param onEnd told when all is said
 */
export async function answerOf(response: Response, signal: AbortSignal, onEnd = () => {}): Promise<Answer> {
  const { status, body } = response
  const headers = Object.fromEntries(response.headers)
  // The server says itself how it keeps its connections.
  delete headers.connection
  if (body && headers['content-type']?.startsWith('text/event-stream')) {
    return { status, headers, body: (write) => pipe(body, write, signal).finally(onEnd) }
  }
  const text = body ? await response.text() : undefined
  onEnd()
  return { status, headers, body: text }
}

async function pipe(
  body: ReadableStream<Uint8Array>,
  write: (piece: Uint8Array) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const reader = body.getReader()
  const leave = () => void reader.cancel().catch(() => undefined)
  if (signal.aborted) leave()
  else signal.addEventListener('abort', leave, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      await write(value)
    }
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
