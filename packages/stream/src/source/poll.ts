import { type Json, systemFailure, toJson } from '@heddle/core'
import { maskedUrl } from '@heddle/pipeline'
import { z } from 'zod'
import { addressIdentity } from './pages/address-identity.ts'
import { headersOf, headersType } from './pages/headers.ts'
import { listIn, pagedReader, type Paging } from './pages/paged-reader.ts'
import { readExpression } from './pages/read-expression.ts'
import { durationText, readDuration } from './settings.ts'
import { defineSource } from './source.ts'

const config = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  every: durationText.optional().describe('How often it is asked. @default once, and the source ends'),
  headers: headersType,
  items: z.string().optional().describe('An expression over the answer that gives the list of items. @default it'),
  cursor: z
    .strictObject({ from: z.string(), parameter: z.string() })
    .optional()
    .describe(
      '`from`: an expression over the answer that gives where the next page begins; `parameter`: how it is sent',
    ),
  hosts: z.array(z.string()).optional().describe('Hosts to which it may be redirected. @default none but its own'),
  limit: z.int().positive().optional().describe('How large an answer may be, in bytes. @default 16777216'),
})

/** What a polling source is told. */
export type PollSourceConfig = z.output<typeof config>

/**
 * The kind of source `poll`: the items of what a server answers, asked for at an interval. An answer that has not changed
 * (ETag) gives nothing. With a cursor the server gives pages, and the source goes on where it was; without one each answer is
 * given as a whole, and nothing is given again.
 */
export const pollSourceKind = defineSource<PollSourceConfig>({
  name: 'poll',
  summary: 'Items of what a server answers, asked for once or at an interval',
  config,
  short: 'url',
  examples: [
    { url: 'https://example.org/flights.json', every: '1m', items: 'it.flights' },
    {
      url: 'https://example.org/events',
      every: '10s',
      items: 'it.events',
      cursor: { from: 'it.next', parameter: 'after' },
    },
  ],
  create(given) {
    const { url, every, cursor } = given
    const shown = maskedUrl(url)
    const itemsOf = readExpression(given.items ?? 'it', `the source poll ${shown}`)
    const cursorOf = cursor && readExpression(cursor.from, `the source poll ${shown}`)
    return {
      kind: 'poll',
      bounded: every === undefined,
      ...(every !== undefined && { everyMs: readDuration(every)! }),
      guarantees: { replays: cursor !== undefined, ordered: true },
      how: ['every'],
      identity: () => addressIdentity(url),
      describe: () => ({
        url: shown,
        ...(every !== undefined && { every }),
        ...(given.items && { items: given.items }),
      }),
      open: (host) => ({
        partitions: () => ['0'],
        openPartition(_partition, position) {
          const headers = headersOf(given.headers, `the source ${host.name} of ${host.job}`)
          const paging: Paging = {
            name: shown,
            everyMs: readDuration(every),
            isStable: cursor !== undefined,
            async fetch(at, etag, signal) {
              const asked = new URL(url)
              if (cursor && at !== undefined) asked.searchParams.set(cursor.parameter, String(at))
              const sent = typeof etag === 'string' ? { ...headers, 'if-none-match': etag } : headers
              const answer = await fetchWithin(asked, { headers: sent, signal }, given.hosts ?? [])
              if (answer.status === 304) return undefined
              if (!answer.ok) throw unavailable(shown, `it answered ${answer.status}`)
              const body: unknown = JSON.parse(await textOf(answer, given.limit ?? 16 * 1024 * 1024, shown))
              const items = listIn(itemsOf(body), shown, given.items ?? 'it')
              const next = cursorOf?.(body)
              const mark = cursor ? null : answer.headers.get('etag')
              return {
                items,
                ...(next !== undefined && next !== null && next !== at && { next: toJson(next) as Json }),
                ...(mark !== null && { mark }),
              }
            },
          }
          return pagedReader(paging, host, position)
        },
        close() {},
      }),
    }
  },
})

const unavailable = (what: string, because: string, cause?: unknown) =>
  systemFailure('Unavailable', { what }, { message: `${what} cannot be read: ${because}.`, cause })

/** Follows redirects to hosts that are allowed, at most five. */
async function fetchWithin(url: URL, init: RequestInit, hosts: readonly string[]): Promise<Response> {
  const allowed = new Set([url.host, ...hosts])
  let at = url
  for (let hops = 0; hops < 5; hops++) {
    let answer: Response
    try {
      answer = await fetch(at, { ...init, redirect: 'manual' })
    } catch (thrown) {
      throw unavailable(at.host, 'there is no connection', thrown)
    }
    const location = answer.headers.get('location')
    if (answer.status < 300 || answer.status >= 400 || answer.status === 304 || location === null) return answer
    await answer.body?.cancel()
    at = new URL(location, at)
    if (!allowed.has(at.host))
      throw unavailable(url.host, `it leads on to ${at.host}, which is not among its \`hosts\``)
  }
  throw unavailable(url.host, 'it leads on too often')
}

/** @throws {Failure} TooLarge */
async function textOf(answer: Response, limit: number, name: string): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of answer.body ?? []) {
    length += piece.length
    if (length > limit) throw systemFailure('TooLarge', { limit, name: `poll ${name}` })
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}
