import { systemFailure } from '@heddle/core'
import type { HttpRequest } from '../http/exchange.ts'

/** The token of `Authorization: Bearer …` (RFC 6750); undefined for none and for another scheme. */
export function bearerToken(request: HttpRequest): string | undefined {
  const header = request.header('authorization')
  return header === undefined ? undefined : /^bearer +(\S+)$/i.exec(header)?.[1]
}

/** A refusal of what a request says about its sender. */
export const refused = (because: string, cause?: unknown) => systemFailure('InvalidCredentials', { because }, { cause })
