import { Defect, parseDuration } from '@heddle/core'
import { allowsOrigin } from './allowed-origin.ts'
import type { HttpRequest } from './exchange.ts'

/** Which pages of other origins may call, as browsers enforce it. Nothing here keeps a program out. */
export interface CorsOptions {
  /** Origins such as `https://shop.example`, or a function that decides; `*` is every one. */
  readonly origins: '*' | readonly string[] | ((origin: string) => boolean)
  /** Whether browsers send cookies along. Not together with `*`. @default false */
  readonly credentials?: boolean
  /** Request headers beyond those that a call uses. */
  readonly headers?: readonly string[]
  /** How long browsers keep the answer to a preflight. @default '10m' */
  readonly maxAge?: string
}

const ownHeaders = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-none-match',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'prefer',
  'request-timeout',
  'traceparent',
  'x-api-key',
  'heddle-tenant',
  'heddle-version',
]

const exposedHeaders =
  'deprecation, etag, link, location, mcp-session-id, preference-applied, ratelimit, ratelimit-policy, retry-after, sunset, www-authenticate'

/** The headers that CORS (the Fetch standard) adds to answers. */
export interface Cors {
  /** For an answer to a request; empty where the origin is not allowed. */
  headers(request: HttpRequest): Record<string, string>
  /** For the answer to a preflight; undefined for a request that is none or not allowed. */
  preflight(request: HttpRequest, methods: readonly string[]): Record<string, string> | undefined
}

/** @throws {Defect} InvalidDefinition, for credentials together with every origin */
export function createCors({ origins, credentials = false, headers = [], maxAge = '10m' }: CorsOptions): Cors {
  if (origins === '*' && credentials) {
    throw new Defect('InvalidDefinition', { name: 'cors', reason: 'credentials need a list of origins, not "*"' })
  }
  const maxAgeSeconds = String(Math.floor(parseDuration(maxAge) / 1000))
  const allowedHeaders = [...ownHeaders, ...headers].join(', ')

  function headersFor(request: HttpRequest): Record<string, string> {
    // Caches must not give an answer that names one origin to another one.
    const vary: Record<string, string> = origins === '*' ? {} : { vary: 'origin' }
    const origin = request.header('origin')
    if (origin === undefined || !allowsOrigin({ origins }, origin)) return vary
    return {
      ...vary,
      'access-control-allow-origin': origins === '*' ? '*' : origin,
      'access-control-expose-headers': exposedHeaders,
      ...(credentials && { 'access-control-allow-credentials': 'true' }),
    }
  }

  return {
    headers: headersFor,
    preflight(request, methods) {
      if (request.header('access-control-request-method') === undefined) return undefined
      const answer = headersFor(request)
      if (answer['access-control-allow-origin'] === undefined) return undefined
      return {
        ...answer,
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': allowedHeaders,
        'access-control-max-age': maxAgeSeconds,
      }
    },
  }
}
