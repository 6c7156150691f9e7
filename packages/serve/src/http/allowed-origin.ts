import { type AnyFailure, systemFailure } from '@heddle/core'
import { isOwn } from '../access/same-origin.ts'
import type { CorsOptions } from './cors.ts'
import type { HttpRequest } from './exchange.ts'

/** Whose page a browser asks for; a program, which says nothing, is nobody's. */
export type Origin = 'own' | 'allowed' | 'foreign'

/**
 * Whose page opens a connection. Browsers let every page open a WebSocket and send cookies along, and CORS does not concern
 * them: who takes such connections has to look at `Origin` (RFC 6455, 10.2). The answer is `allowed` for an origin that
 * `cors` lists, with its cookies only where `cors` says `credentials`.
 */
export function originOf(request: HttpRequest, cors?: CorsOptions): Origin {
  if (isOwn(request)) return 'own'
  const origin = request.header('origin')
  return origin !== undefined && cors && allowsOrigin(cors, origin) ? 'allowed' : 'foreign'
}

/** Why a page may not open a connection that lasts. */
export const refusedOrigin = (request: HttpRequest, cors: CorsOptions | undefined): AnyFailure | undefined =>
  originOf(request, cors) === 'foreign'
    ? systemFailure('Denied', { because: 'it comes from a page of another origin' })
    : undefined

/** Whether pages of an origin may call. */
export function allowsOrigin({ origins }: Pick<CorsOptions, 'origins'>, origin: string): boolean {
  if (origins === '*') return true
  return typeof origins === 'function' ? origins(origin) : origins.includes(origin)
}
