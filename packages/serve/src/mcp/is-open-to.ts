import { type Access, holds, type Principal } from '@heddle/core'

/** Whether a command is shown to somebody. Where a rule decides, only a call can tell, so it is. */
export function isOpenTo(access: Access | undefined, caller: Principal | null): boolean {
  if (access === undefined) return false
  if (typeof access === 'function' || access === 'public') return true
  return caller !== null && holds(caller, access)
}
