import type { Readable } from 'node:stream'
import { Pool } from 'undici'
import { assertPublicUrl, publicLookup } from './private-address.ts'

/** How to reach another app. */
export interface ConnectionOptions {
  readonly url: URL
  readonly allowPrivate: boolean
  readonly connections: number
  /** How many requests wait for a connection at most. */
  readonly waiting: number
}

/** A request to another app. */
export interface RemoteRequest {
  readonly method: 'GET' | 'POST'
  /** From the root of the app. */
  readonly path: string
  /** Name, value, name, value. */
  readonly headers: string[]
  readonly body?: string | AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
}

/** The answer to it, whose body is still to be read. */
export interface RemoteResponse {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable & { text(): Promise<string>; dump(): Promise<void> }
}

/** More requests wait than may. */
export class TooManyWaiting extends Error {
  readonly limit: number
  constructor(limit: number) {
    super('too many calls wait for a connection')
    this.limit = limit
  }
}

/** Connections to another app, kept open between calls. */
export interface Connection {
  /** Redirects are not followed: where they lead, nobody has looked at. */
  request(request: RemoteRequest): Promise<RemoteResponse>
  close(): Promise<void>
}

const connectTimeoutMs = 5000

/** Enough for one question. */
export const asking = { connections: 1, waiting: 1 } as const

/**
 * Opens connections to an app as calls need them.
 *
 * @throws {Defect} ForbiddenAddress
 */
export function connectTo({ url, allowPrivate, connections, waiting }: ConnectionOptions): Connection {
  if (!allowPrivate) assertPublicUrl(url)
  const base = url.pathname.replace(/\/$/, '')
  const pool = new Pool(url.origin, {
    connections,
    connect: { timeout: connectTimeoutMs, ...(!allowPrivate && { lookup: publicLookup() }) },
    // A call lasts as long as its caller lets it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  const most = connections + waiting
  let unanswered = 0
  return {
    async request({ path, ...request }) {
      if (unanswered >= most) throw new TooManyWaiting(waiting)
      unanswered++
      try {
        return await pool.request({ ...request, path: base + path } as Parameters<typeof pool.request>[0])
      } finally {
        unanswered--
      }
    },
    close: () => pool.destroy(),
  }
}
