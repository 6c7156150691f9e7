import { traceHeaders } from '@heddle/core'
import type { Span } from '@opentelemetry/api'
import { mediaTypes } from '../http/accept.ts'
import type { AuthorizationRequest, RemoteOptions } from './options.ts'
import type { RemoteContext, RemoteTarget } from './target.ts'

/** What the headers of every call to another app depend on. */
export interface HeaderSetup extends Pick<RemoteOptions, 'authorization' | 'forward' | 'headers' | 'tenant'> {
  readonly around: Surroundings
}

/** What is known of this app once it is open. */
export interface Surroundings extends Pick<AuthorizationRequest, 'config' | 'environment'> {
  /** Whether it has many tenants, so that the tenant of a call says something. */
  readonly hasTenants: boolean
}

/** The longest time that `Request-Timeout` asks for, in seconds: a day. */
const mostSeconds = 86_400

/**
 * The headers of a call: what it asks for, whose it is, its key, how long it may take, its trace and its tenant, as names
 * and values in turn.
 *
 * @param body what the headers say of the body
 */
export function callHeadersOf(
  setup: HeaderSetup,
  ctx: RemoteContext,
  key: string | undefined,
  authorization: string | undefined,
  isStreamed: boolean,
  body: readonly string[],
  span: Span | undefined,
): string[] {
  const headers = [...body, 'accept', isStreamed ? mediaTypes.lines : mediaTypes.json]
  if (authorization !== undefined) headers.push('authorization', authorization)
  if (key !== undefined) headers.push('idempotency-key', key)
  const { deadline, traceId, parent } = ctx
  const tenant = tenantOf(setup, ctx)
  if (deadline !== undefined) headers.push('request-timeout', secondsUntil(deadline, ctx.clock.now()))
  if (tenant !== undefined) headers.push('heddle-tenant', encodeURIComponent(tenant))
  for (const [name, value] of Object.entries(traceHeaders({ span: span ?? ctx.span, traceId, parent }))) {
    headers.push(name, value)
  }
  for (const [name, value] of Object.entries(setup.headers ?? {})) headers.push(name, value)
  return headers
}

/**
 * The credentials of a call: with `forward` those of its caller, else those of this app.
 *
 * @param refused whether the other app has refused those that were given before
 */
export function authorizationOf(
  { authorization, forward, around }: HeaderSetup,
  ctx: Pick<RemoteContext, 'credentials' | 'tenant'>,
  refused: boolean,
): string | undefined | Promise<string | undefined> {
  if (forward) return ctx.credentials
  return typeof authorization === 'function' ? authorization({ ...around, tenant: ctx.tenant, refused }) : authorization
}

/** The tenant that a call names there; undefined leaves it to the other app, which takes that of the credentials. */
export function tenantOf({ tenant, around }: Pick<HeaderSetup, 'tenant' | 'around'>, ctx: { readonly tenant: string }) {
  if (typeof tenant === 'string') return tenant
  const { config, environment, hasTenants } = around
  if (tenant) return tenant({ config, environment, tenant: ctx.tenant })
  return hasTenants ? ctx.tenant : undefined
}

/** Whether asking for credentials again may give others. */
export const mayRenew = ({ authorization }: HeaderSetup): boolean => typeof authorization === 'function'

/** As fractions of a second, rounded up: nobody else may find the time to be over before its owner does. */
const secondsUntil = (deadline: number, now: number): string =>
  (Math.min(Math.max(Math.ceil(deadline - now), 0), mostSeconds * 1000) / 1000).toString()

/** What an attempt is called in a trace. */
export function beginSpan({ span, telemetry }: RemoteContext, { path }: RemoteTarget, url: URL): Span | undefined {
  return (
    span &&
    telemetry.tracing?.begin(`POST ${path}`, 'client', span, {
      'http.request.method': 'POST',
      'url.scheme': url.protocol.slice(0, -1),
      'server.address': url.hostname,
      ...(url.port && { 'server.port': Number(url.port) }),
    })
  )
}
