import { createServer, type IncomingMessage, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** What a service answers: a status and JSON. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** One thing that a service does, and by which key it was asked for it. */
export interface Deed {
  readonly key: string
  readonly what: string
  readonly input: unknown
}

/** A service that is up. */
export interface RunningService {
  readonly name: string
  readonly url: string
  /** What it did, each once. */
  readonly deeds: readonly Deed[]
  close(): Promise<void>
}

/**
 * A small HTTP service that does each thing once: a second request with the same `Idempotency-Key` gets the first
 * answer. `GET /` tells what it did.
 */
export async function startService(
  name: string,
  ways: Readonly<Record<string, (input: never) => Answer>>,
  port = 0,
): Promise<RunningService> {
  const answers = new Map<string, Answer>()
  const deeds: Deed[] = []

  async function answer(request: IncomingMessage): Promise<Answer> {
    const what = request.url!.slice(1)
    if (request.method === 'GET' && what === '') return { status: 200, body: { service: name, done: deeds } }
    const way = ways[what]
    if (!way || request.method !== 'POST') return { status: 404, body: { error: `there is no ${what}` } }
    const key = String(request.headers['idempotency-key'] ?? '')
    if (key === '') return { status: 400, body: { error: 'an Idempotency-Key is needed' } }
    const known = answers.get(key)
    if (known) return known
    const input: unknown = JSON.parse(Buffer.concat(await request.toArray()).toString())
    // Another request with the key may have been faster while this one was read.
    const made = answers.get(key) ?? way(input as never)
    if (!answers.has(key)) {
      answers.set(key, made)
      if (made.status < 400) deeds.push({ key, what, input })
    }
    return made
  }

  const server: Server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      (cause: Error) => response.writeHead(400).end(JSON.stringify({ error: cause.message })),
    )
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deeds,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
