import { failSpan, parseTraceparent, type TraceParent, type Tracing } from '@heddle/core'
import type { CommandEndpoint } from './endpoint.ts'
import { type Answer, type Exchange, pathOf } from './exchange.ts'

/** The span that a request comes from, as its headers tell it. */
export function traceParentOf({ headers }: Pick<Exchange, 'headers'>): TraceParent | undefined {
  const header = headers.traceparent
  return header === undefined ? undefined : parseTraceparent(header, headers.tracestate)
}

/**
 * Answers a request within a span of its own, where it is recorded; that is decided before the span is made.
 *
 * @param answer is given the parent of the call; `null` says that nothing of it is recorded
 */
export async function tracedCall(
  tracing: Tracing,
  { route }: CommandEndpoint,
  exchange: Exchange,
  answer: (parent: TraceParent | null) => Promise<Answer>,
): Promise<Answer> {
  const remote = traceParentOf(exchange)
  if (!tracing.samples(remote)) return answer(remote ?? null)
  const { method, url } = exchange
  const span = tracing.begin(`${method} ${route}`, 'server', remote, {
    'http.request.method': method,
    'http.route': route,
    // A path with parameters holds what a caller sent, which may be marked as sensitive.
    ...(!route.includes('{') && { 'url.path': pathOf(url) }),
    'url.scheme': 'http',
  })
  const { traceId, spanId, traceFlags } = span.spanContext()
  const fault = (code: string) => failSpan(span, { code, severity: 'error' })
  try {
    const sampled = (traceFlags & 1) === 1
    const answered = await answer({ traceId, spanId, sampled, state: remote?.state, local: true })
    const { status, body } = answered
    span.setAttribute('http.response.status_code', status)
    // By OpenTelemetry's conventions 4xx is no error of a server.
    if (status >= 500) fault(String(status))
    if (typeof body !== 'function') {
      span.end()
      return answered
    }
    return { ...answered, body: (write) => body(write).finally(() => span.end()) }
  } catch (thrown) {
    fault('Internal')
    span.end()
    throw thrown
  }
}
