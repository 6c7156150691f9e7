import type { CommandSection, Json } from '@heddle/core'
import type { Address } from './addresses.ts'
import type { Serving } from './serving.ts'

/** Headers that a call may have. */
export const headerParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'One key is one call: sent again, it gives the same answer and is not run twice.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
  RequestTimeout: {
    name: 'Request-Timeout',
    in: 'header',
    description: 'Seconds until the deadline; then 504.',
    schema: { type: 'number', minimum: 0, maximum: 86_400 },
  },
  Fence: {
    name: 'Heddle-Fence',
    in: 'header',
    description: 'Leases that must still be held when the call commits, written `lease=token`; else it writes nothing.',
    schema: { type: 'string' },
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description:
      '`wait=10`: wait for the end of what is begun, but not longer than so many seconds (RFC 7240). `respond-async`: ' +
      'where the command answers 200 and 202, call it as a job, and answer 202 at once.',
    schema: { type: 'string' },
  },
  Tenant: {
    name: 'Heddle-Tenant',
    in: 'header',
    description: "The tenant to act in, percent-encoded: one of the caller's. Without it, the caller's own.",
    schema: { type: 'string', minLength: 1 },
  },
  Version: {
    name: 'Heddle-Version',
    in: 'header',
    description: 'The number of the version to call; what is sent and answered is as at the address of that version.',
    schema: { type: 'integer', minimum: 1 },
  },
} as const

type HeaderName = keyof typeof headerParameters

/** References to the headers of a command's call. */
export function callHeaders(
  { command: { kind, begins }, later, hasVersions }: Address,
  { hasTenants }: Serving,
): Json[] {
  const names: HeaderName[] = kind === 'query' ? ['RequestTimeout'] : ['IdempotencyKey', 'RequestTimeout', 'Fence']
  return [
    ...names,
    ...(begins || later ? (['Prefer'] as const) : []),
    ...(hasTenants ? (['Tenant'] as const) : []),
    ...(hasVersions ? (['Version'] as const) : []),
  ].map((name) => ({
    $ref: `#/components/parameters/${name}`,
  }))
}

/** The parameters that a document refers to. */
export function usedParameters({ hasTenants }: Serving) {
  const { Tenant, ...others } = headerParameters
  return hasTenants ? { ...others, Tenant } : others
}

const seconds = { type: 'integer', minimum: 0 }
const text = { type: 'string' }

/** Headers of answers, by the name of their component. */
const answerHeaders = {
  RetryAfter: { description: 'Seconds until it can be tried again.', schema: seconds },
  Challenge: { description: 'How to sign in.', schema: text },
  Location: { description: 'Where the status of what was begun is.', schema: text },
  EntityTag: { description: 'The hash of the answer, for `If-None-Match`.', schema: text },
  Deprecation: { description: 'Since when it is deprecated (RFC 9745), e.g. `@1793491200`.', schema: text },
  Sunset: { description: 'Until when it answers at least (RFC 8594).', schema: text },
  Successor: { description: 'What to call in its place, with `rel="successor-version"` (RFC 5829).', schema: text },
} as const

const names = {
  RetryAfter: 'Retry-After',
  Challenge: 'WWW-Authenticate',
  Location: 'Location',
  EntityTag: 'ETag',
  Deprecation: 'Deprecation',
  Sunset: 'Sunset',
  Successor: 'Link',
  RateLimit: 'RateLimit',
  RateLimitPolicy: 'RateLimit-Policy',
} as const

/** The headers that the answers of a document refer to. */
export function usedHeaders({ limits }: Serving): Record<string, Json> {
  if (limits.length === 0) return answerHeaders
  const policy = limits.map(({ name, limit, per, by }) => `${name}: ${limit} calls in ${per} by ${by}`).join('; ')
  return {
    ...answerHeaders,
    RateLimit: {
      description: 'For each limit what is left and the seconds until it is new, e.g. `"calls";r=597;t=41`.',
      schema: text,
    },
    RateLimitPolicy: { description: `The limits (draft-ietf-httpapi-ratelimit-headers): ${policy}.`, schema: text },
  }
}

/** References to headers of an answer. */
export const headers = (...used: readonly (keyof typeof names)[]): Record<string, Json> =>
  Object.fromEntries(used.map((name) => [names[name], { $ref: `#/components/headers/${name}` }]))

/** What every answer to a call tells of the limits. */
export const limitHeaders = ({ limits }: Serving): Record<string, Json> =>
  limits.length === 0 ? {} : headers('RateLimit', 'RateLimitPolicy')

/** What every answer of a deprecated command tells of that. */
export function deprecationHeaders({ deprecated }: CommandSection): Record<string, Json> {
  if (!deprecated) return {}
  const { sunset, use } = deprecated
  return headers(
    'Deprecation',
    ...(sunset === undefined ? [] : (['Sunset'] as const)),
    ...(use === undefined ? [] : (['Successor'] as const)),
  )
}
