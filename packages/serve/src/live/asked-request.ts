import type { HttpRequest } from '../http/exchange.ts'

/** A request of which it is noted what somebody asks of it. */
export interface AskedRequest extends HttpRequest {
  /** What was asked, and what the request answers to it: two with the same text are alike to whoever asked. */
  credentials(): string
}

/**
 * Notes what of a request is looked at to find out who sends it. So requests with the same credentials are known without
 * knowing which header, cookie or address those are.
 */
export function askedRequest(request: HttpRequest): AskedRequest {
  // A connection that is closed no longer knows the other end.
  const { method, url, remoteAddress } = request
  const names = request.headerNames?.()
  const asked = new Map<string, string | undefined>()
  const noted = (name: string, value: string | undefined) => {
    asked.set(name, value)
    return value
  }
  return {
    get method() {
      return noted(':method', method)!
    },
    get url() {
      return noted(':url', url)!
    },
    get remoteAddress() {
      return noted(':remoteAddress', remoteAddress)
    },
    header: (name) => noted(name, request.header(name)),
    ...(names && {
      headerNames() {
        noted(':headerNames', names.join(' '))
        return names
      },
    }),
    credentials: () => JSON.stringify([...asked].toSorted(([left], [right]) => (left < right ? -1 : 1))),
  }
}
