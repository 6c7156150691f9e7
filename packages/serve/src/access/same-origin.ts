import type { HttpRequest } from '../http/exchange.ts'
import type { Authenticate } from '../http/options.ts'
import { refused } from './credentials.ts'
import { issuersOf, stateIssuers } from './issuers.ts'
import { describeSignIn, signInOf } from './sign-in.ts'

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whose pages may act with a cookie. */
export interface SameOriginOptions {
  /** Origins beside the app's own, e.g. `https://shop.example`. */
  readonly origins?: readonly string[]
}

/**
 * For ways that read a cookie: browsers send it along whoever made the page that asks, so a request that can change
 * something counts only when it comes from a page of this origin (OWASP: CSRF, fetch metadata with the origin as fallback).
 *
 * @throws {Failure} InvalidCredentials, for a request of a known sender from a page of another origin
 * @example http({ authenticate: sameOrigin((request) => sessions.find(request.header('cookie'))) })
 */
export function sameOrigin(authenticate: Authenticate, { origins = [] }: SameOriginOptions = {}): Authenticate {
  const guarded: Authenticate = async (request, ports) => {
    const principal = await authenticate(request, ports)
    if (!principal || safeMethods.has(request.method) || isOwn(request, origins)) return principal
    throw refused('it comes from a page of another origin')
  }
  stateIssuers(guarded, issuersOf(authenticate))
  return describeSignIn(guarded, signInOf(authenticate))
}

/** Whether a request comes from a page of this origin, or from no page. */
export function isOwn(request: HttpRequest, origins: readonly string[] = []): boolean {
  const origin = request.header('origin')
  if (origin !== undefined && origins.includes(origin)) return true
  const site = request.header('sec-fetch-site')
  // `none` is a request that the user began, e.g. from the address bar.
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  // Old browsers say the origin of every request that can change something; programs say nothing and have no cookies of others.
  return origin === undefined || hostOf(origin) === request.header('host')
}

/** The host of an origin, with its port; undefined for one that tells nothing. */
export function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
