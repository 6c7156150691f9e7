import { type Allowed, holds, type Principal } from '../command/access.ts'
import { type Failure, systemFailure } from '../error/failure.ts'
import type { AnyEvent } from './event.ts'

/** Who asks for events. */
export interface Subscriber {
  /** Undefined for a stranger. */
  readonly principal: Principal | undefined
  /** Whose events it gets. */
  readonly tenant: string
}

/** A rule sees who asks and what the event says. */
export type EventRule<Data = never> = (who: Subscriber, data: Data) => Allowed

/** To whom events are pushed: everyone of the tenant, holders of a permission, or who a rule lets through, event by event. */
export type EventAccess<Data = never> = 'public' | (string & {}) | EventRule<Data>

/** Why somebody gets no event of this name at all; nothing where it may get some. */
export function refusedEvents({ name, access }: AnyEvent, principal: Subscriber['principal']): Failure | undefined {
  if (access === 'public' || typeof access === 'function') return undefined
  if (!principal) return systemFailure('Unauthenticated')
  if (access === undefined)
    return systemFailure('Denied', { because: `${name} is closed: only the app itself reads it` })
  if (holds(principal, access)) return undefined
  return systemFailure('Denied', { because: `it needs the permission ${access}` })
}

/** Whether somebody who is not refused altogether gets one event. */
export function maySeeEvent({ access }: AnyEvent, who: Subscriber, data: unknown): boolean {
  if (typeof access !== 'function') return true
  const allowed = access(who, data as never)
  return typeof allowed === 'boolean' ? allowed : allowed.allowed
}
