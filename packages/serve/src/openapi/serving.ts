import type { SurfaceLimit, SurfaceSection } from '../http/surface-kind.ts'

/** What holds for every operation of a surface. */
export interface Serving {
  /** The names of the ways to sign in. */
  readonly schemes: readonly string[]
  readonly limits: readonly SurfaceLimit[]
  /** Whether a caller may choose among tenants. */
  readonly hasTenants: boolean
}

/** Reads it out of the manifest: a tenant can be chosen only by who signs in. */
export function servingOf({ security = {}, rateLimits = [] }: SurfaceSection, parts: object): Serving {
  const schemes = Object.keys(security)
  return { schemes, limits: rateLimits, hasTenants: schemes.length > 0 && 'tenancy' in parts }
}
