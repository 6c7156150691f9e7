import type { Span } from '@opentelemetry/api'
import type { CallContext } from '../call/context.ts'
import { failSpan } from './spans.ts'
import { traceHeaders } from './trace-context.ts'

/** Only this is asked of a context, so that a body can hand over its own. */
type FetchContext = Pick<CallContext, 'span' | 'traceId' | 'parent' | 'signal' | 'telemetry'>

/**
 * `fetch` that tells the other system which trace it works for, has a span of its own where the call is recorded, and ends
 * with the call. Headers that are given win.
 *
 * @example const answer = await tracedFetch(ctx, 'https://rates.example/eur')
 */
export async function tracedFetch(ctx: FetchContext, url: string | URL, init: RequestInit = {}): Promise<Response> {
  const { tracing } = ctx.telemetry
  const target = new URL(url)
  const method = (init.method ?? 'GET').toUpperCase()
  const span = ctx.span && tracing?.begin(method, 'client', ctx.span, attributesOf(method, target))
  const headers = new Headers(init.headers)
  for (const [name, value] of Object.entries(traceHeaders({ ...told(ctx), span: span ?? ctx.span }))) {
    if (!headers.has(name)) headers.set(name, value)
  }
  const signal = init.signal ? AbortSignal.any([init.signal, ctx.signal]) : ctx.signal
  try {
    const answer = await fetch(target, { ...init, headers, signal })
    if (span) noteStatus(span, answer.status)
    return answer
  } catch (thrown) {
    if (span) failSpan(span, { code: thrown instanceof Error ? thrown.name : 'Error', severity: 'error' })
    throw thrown
  } finally {
    span?.end()
  }
}

const told = ({ traceId, parent }: FetchContext) => ({ traceId, parent })

/** Path, query, user and password may hold secrets, so they are not told. */
const attributesOf = (method: string, { protocol, hostname, port }: URL) => ({
  'http.request.method': method,
  'url.scheme': protocol.slice(0, -1),
  'server.address': hostname,
  ...(port && { 'server.port': Number(port) }),
})

/** By OpenTelemetry's conventions 4xx and 5xx are errors for a client. */
function noteStatus(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status)
  if (status >= 400) failSpan(span, { code: String(status), severity: 'error' })
}
