import type { Authenticate, Principal } from 'heddle'

const every = ['bank:*', 'orders:*', 'clinic:*', 'heddle:operate']

/** Who calls in these tests. What three of them call goes wrong where its body would begin: see `faults.ts`. */
export const principals = {
  teller: { id: 'teller', permissions: every },
  weak: { id: 'weak', permissions: ['clinic:visit'] },
  late: { id: 'late', permissions: every },
  leaving: { id: 'leaving', permissions: every },
  clumsy: { id: 'clumsy', permissions: every },
} as const satisfies Record<string, Principal>

/** One of them, or nobody. */
export type Caller = keyof typeof principals | 'stranger'

/** How callers make themselves known, by their names. */
export interface People {
  /** The headers of their requests. */
  headers(caller: string): Readonly<Record<string, string>>
  /** Who they are to those who sit at the machine: a principal, the id of one that is kept, or nobody. */
  principal(caller: string): Principal | string | null
}

/** The principal that a caller is. */
export const principalOf = (caller: Caller): Principal | null => (caller === 'stranger' ? null : principals[caller])

/** Those above, each with a name as its token. */
export const staff: People = {
  headers: (caller): Record<string, string> => (caller === 'stranger' ? {} : { authorization: `Bearer ${caller}` }),
  principal: (caller) => principalOf(caller as Caller),
}

/** Knows callers by that header. */
export const authenticate: Authenticate = (request) => {
  const token = request.header('authorization')?.replace(/^Bearer /, '')
  return token === undefined ? undefined : principals[token as keyof typeof principals]
}

/** Everybody who calls. */
export const callers: readonly Caller[] = [...(Object.keys(principals) as (keyof typeof principals)[]), 'stranger']
