import type { CallContext } from '../call/context.ts'
import type { Maybe } from '../ports/maybe.ts'

/** Someone or something that calls: a person, a service, an agent. */
export interface Principal {
  readonly id: string
  /** @default 'main' */
  readonly tenant?: string
  /** Further tenants that it may choose to act in; `*` is every one. */
  readonly tenants?: readonly string[]
  /** e.g. `bank:transfer`; `bank:*` holds every permission of bank, `*` every one. */
  readonly permissions: readonly string[]
  readonly kind?: PrincipalKind
  /** Id of the API key through which it came. */
  readonly key?: string
}

/** What a principal is. */
export type PrincipalKind = 'person' | 'service' | 'agent'

/** A rule's answer: yes, or no with the reason. */
export type Allowed = boolean | { readonly allowed: boolean; readonly because?: string }

/** A rule sees the context and the input with its records loaded. */
export type AccessRule = (ctx: CallContext, input: never) => Maybe<Allowed>

/** Who may call a command from outside: everyone, holders of a permission, or who a rule lets through. */
export type Access = 'public' | (string & {}) | AccessRule

/** What a permission looks like. A `*` elsewhere than at its end would hold nothing. */
export const permissionForm = /^(?:\*|[\w.-]+(?::[\w.-]+)*(?::\*)?)$/

/** Whether a principal holds a permission, or every permission of a pattern such as `bank:*`. */
export function holds({ permissions }: Pick<Principal, 'permissions'>, permission: string): boolean {
  for (const held of permissions) if (covers(held, permission)) return true
  return false
}

/** Whether a permission holds another one, or every permission of a pattern: `bank:*` covers `bank:pay` and `bank:pay:*`. */
export function covers(held: string, permission: string): boolean {
  return held === permission || held === '*' || (held.endsWith(':*') && permission.startsWith(held.slice(0, -1)))
}

/** The permissions that both lists hold: `['bank:*']` and `['bank:pay', 'shop:*']` have `bank:pay` in common. */
export function commonPermissions(left: readonly string[], right: readonly string[]): string[] {
  // Patterns are prefixes, so that of two that meet one lies within the other.
  const inRight = left.filter((permission) => holds({ permissions: right }, permission))
  const inLeft = right.filter((permission) => holds({ permissions: left }, permission))
  return [...new Set([...inRight, ...inLeft])]
}
