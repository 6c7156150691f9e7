import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { assertPublicUrl, publicLookup } from '../../remote/private-address.ts'

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * A `fetch` that reaches only the public internet: the addresses that a name has are looked at when it is connected to, which
 * the global one lets nobody do. It follows no redirects.
 *
 * @throws {Defect} ForbiddenAddress
 */
export const publicFetch: Fetch = async (given, init = {}) => {
  const url = new URL(given)
  assertPublicUrl(url)
  // Reads what `init` says as the global one would, whatever form its headers and body have.
  const { method, headers, body, signal } = new Request(url, { ...init, ...(init.body != null && { duplex: 'half' }) })
  const sent = body && Buffer.from(await new Response(body).arrayBuffer())
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
    const start = url.protocol === 'https:' ? requestHttps : requestHttp
    const options = { method, headers: Object.fromEntries(headers), signal, lookup: publicLookup() }
    start(url, options, resolve)
      .once('error', reject)
      .end(sent ?? undefined)
  })
  return responseOf(incoming)
}

function responseOf(incoming: IncomingMessage): Response {
  const { statusCode = 502, statusMessage, rawHeaders } = incoming
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)
  const isEmpty = statusCode === 204 || statusCode === 205 || statusCode === 304
  if (isEmpty) incoming.resume()
  const body = isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>)
  return new Response(body as BodyInit | null, { status: statusCode, statusText: statusMessage, headers })
}
