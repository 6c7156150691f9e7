import type { CallContext } from '../call/context.ts'
import type { Maybe } from '../ports/maybe.ts'

/** Someone or something that calls: a person, a service, an agent. */
export interface Principal {
  readonly id: string
  /** @default 'main' */
  readonly tenant?: string
  /** e.g. `bank:transfer`; `bank:*` holds every permission of bank, `*` every one. */
  readonly permissions: readonly string[]
}

/** A rule's answer: yes, or no with the reason. */
export type Allowed = boolean | { readonly allowed: boolean; readonly because?: string }

/** A rule sees the context and the input with its records loaded. */
export type AccessRule = (ctx: CallContext, input: never) => Maybe<Allowed>

/** Who may call a command from outside: everyone, holders of a permission, or who a rule lets through. */
export type Access = 'public' | (string & {}) | AccessRule

/** Whether a principal holds a permission. */
export function holds({ permissions }: Principal, permission: string): boolean {
  for (const held of permissions) {
    if (held === permission || held === '*') return true
    if (held.endsWith(':*') && permission.startsWith(held.slice(0, -1))) return true
  }
  return false
}
