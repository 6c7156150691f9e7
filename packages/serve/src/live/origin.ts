import { type Failure, systemFailure } from '@heddle/core'
import type { CorsOptions } from '../http/cors.ts'
import type { HttpRequest } from '../http/exchange.ts'

/**
 * Why a page may not open a lasting connection. Browsers send cookies along whoever made the page, and for what lasts they
 * do not always ask whether it may read the answers (RFC 6455, 10.2). Programs name no origin and have no cookies of others.
 */
export function refusedOrigin(request: HttpRequest, cors: CorsOptions | undefined): Failure | undefined {
  const origin = request.header('origin')
  const site = request.header('sec-fetch-site')
  if (site === 'same-origin' || site === 'none') return undefined
  if (origin === undefined) return site === undefined ? undefined : refused()
  if (isOwn(origin, request.header('host')) || isAllowed(origin, cors)) return undefined
  return refused()
}

const refused = () => systemFailure('Denied', { because: 'it comes from a page of another origin' })

const isOwn = (origin: string, host: string | undefined) => URL.canParse(origin) && new URL(origin).host === host

function isAllowed(origin: string, cors: CorsOptions | undefined): boolean {
  if (!cors) return false
  const { origins } = cors
  if (origins === '*') return true
  return typeof origins === 'function' ? origins(origin) : origins.includes(origin)
}
