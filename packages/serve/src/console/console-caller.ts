import { Failure, holds, systemFailure } from '@heddle/core'
import { isNear } from '../access/near.ts'
import { isOwn } from '../access/same-origin.ts'
import { localOperator } from '../cli/call-command.ts'
import type { Caller } from '../http/call-endpoint.ts'
import { chosenTenant } from '../http/caller-of.ts'
import type { HttpRequest } from '../http/exchange.ts'
import { permission } from '../http/guarded.ts'
import type { MountHost } from '../http/mount.ts'

/** Every request of the page has it. A page of another origin cannot send it without being asked whether it may (CORS). */
export const consoleHeader = 'heddle-console'

/**
 * Says who uses the console: whoever holds `heddle:operate`, and in development whoever asks from this machine and does not say
 * who he is, in whichever way, as its operator. A browser that was led here by a page of somebody else is refused by what it tells of that page; by a name that leads to
 * this machine (DNS rebinding) nobody is near.
 */
export function consoleCallerOf({ app, callerOf }: Pick<MountHost, 'app' | 'callerOf'>) {
  return async (request: HttpRequest): Promise<Caller> => {
    if (request.header(consoleHeader) === undefined || !isOwn(request))
      return systemFailure('Denied', { because: 'only the page of the console may ask here' })
    const caller = await callerOf(request)
    if (caller instanceof Failure) return caller
    if (!caller.as) {
      // What nobody could read says who somebody is nevertheless.
      const saysWho = request.header('authorization') !== undefined
      if (saysWho || app.mode !== 'development' || !isNear(request)) return systemFailure('Unauthenticated')
      return { as: localOperator, tenant: chosenTenant(request), isOperator: true }
    }
    if (holds(caller.as, permission)) return { ...caller, isOperator: true }
    return systemFailure('Denied', { because: `it needs the permission ${permission}` })
  }
}
