import type { Principal } from '@heddle/core'
import type { Claims } from './jwt.ts'

/** The principal that a token describes by itself: `sub`, `permissions` or else the words of `scope`, and `tenant`. */
export function principalOfClaims({ sub, permissions, scope, tenant }: Claims): Principal {
  const listed = Array.isArray(permissions) ? permissions.filter((one) => typeof one === 'string') : undefined
  const words = typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : []
  return { id: sub, permissions: listed ?? words, ...(typeof tenant === 'string' && { tenant }) }
}
