import { parseCookie } from 'cookie'
import type { HttpRequest } from '../http/exchange.ts'

/**
 * The value of a cookie that a request brings, e.g. in `authenticate`. Browsers send it along whoever made the page, so
 * what reads one stands in `sameOrigin`.
 *
 * @example http({ authenticate: sameOrigin((request) => sessions.get(cookieOf(request, 'session') ?? '')) })
 */
export function cookieOf(request: HttpRequest, name: string): string | undefined {
  const header = request.header('cookie')
  return header === undefined ? undefined : parseCookie(header)[name]
}
