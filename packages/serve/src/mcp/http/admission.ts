import { type AnyFailure, Failure, systemFailure } from '@heddle/core'
import { addressReader } from '../../access/address.ts'
import { createRateLimits } from '../../access/rate-limits.ts'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import { type Answer, type Exchange, pathOf } from '../../http/exchange.ts'
import type { MountHost } from '../../http/mount.ts'
import { problemAnswer } from '../../http/problem.ts'
import type { McpOptions } from '../options.ts'
import { refusedPage } from './guard-page.ts'
import type { ProtectedResource } from './protected-resource.ts'

/** Lets requests in, or answers why not. */
export interface Admission {
  admit(exchange: Exchange): Promise<{ readonly caller: KnownCaller } | Answer>
  refuse(exchange: Exchange, failure: AnyFailure): Answer
}

/** Whom a surface for agents lets in: whom the HTTP surface would, and no page of somebody else. */
export function admissionOf(
  { app, options, callerOf }: MountHost,
  { hosts = [], origins = [], signIn }: McpOptions,
  resource: ProtectedResource | undefined,
): Admission {
  const { rateLimits = [], trustedProxies = [], challenge, cors } = options
  const guard = { hosts: [...(options.hosts ?? []), ...hosts], origins, cors }
  const needsSignIn = (signIn ?? (resource ? 'required' : 'optional')) === 'required'
  const rates =
    rateLimits.length > 0 ? createRateLimits(rateLimits, app.ports, addressReader(trustedProxies)) : undefined

  function refuse(exchange: Exchange, failure: AnyFailure, headers: Record<string, string> = {}): Answer {
    const fault = failure.code === 'Unauthenticated' ? undefined : failure.message
    const told = resource?.challenge(exchange, fault) ?? challenge
    const answer = problemAnswer([failure], { instance: pathOf(exchange.url), challenge: told })
    return { ...answer, headers: { ...answer.headers, ...headers } }
  }

  return {
    refuse,
    async admit(exchange) {
      const page = refusedPage(exchange, guard)
      if (page) return refuse(exchange, page)
      // What counts by address counts before credentials are looked at.
      const standing = rates?.(exchange)
      const tooManySent = await standing?.countSender()
      if (tooManySent) return refuse(exchange, tooManySent, standing?.headers())
      const caller = await callerOf(exchange)
      if (caller instanceof Failure) return refuse(exchange, caller)
      if (needsSignIn && !caller.as) return refuse(exchange, systemFailure('Unauthenticated'))
      const tooMany = await standing?.countCaller(caller.as)
      return tooMany ? refuse(exchange, tooMany, standing?.headers()) : { caller }
    },
  }
}
