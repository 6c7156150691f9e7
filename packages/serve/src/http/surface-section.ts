import { signInOf } from '../access/sign-in.ts'
import type { RateLimit } from '../access/rate-limits.ts'
import type { HandlerOptions } from './options.ts'
import type { SurfaceLimit, SurfaceSection } from './surface-kind.ts'

/** What the manifest says of an HTTP surface. */
export function surfaceSection({
  commands = 'all',
  routes = {},
  authenticate,
  challenge,
  rateLimits = [],
  mounts = [],
}: Pick<
  HandlerOptions,
  'commands' | 'routes' | 'authenticate' | 'challenge' | 'rateLimits' | 'mounts'
>): SurfaceSection {
  const named = Object.entries(routes).map(([pattern, command]) => [pattern, command.name])
  const security = signInOf(authenticate, challenge)
  return {
    surface: 'http',
    commands,
    routes: Object.fromEntries(named),
    ...(Object.keys(security).length > 0 && { security }),
    ...(mounts.length > 0 && {
      mounts: Object.fromEntries(mounts.map((each) => [each.name, each.describe?.() ?? {}])),
    }),
    ...(rateLimits.length > 0 && { rateLimits: rateLimits.map(limitSection) }),
  }
}

const limitSection = ({ name, limit, per, by = 'principal' }: RateLimit): SurfaceLimit => ({ name, limit, per, by })
