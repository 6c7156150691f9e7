import { signInOf } from '../access/sign-in.ts'
import type { HandlerOptions } from './options.ts'
import type { SurfaceSection } from './surface-kind.ts'

/** What the manifest says of an HTTP surface. */
export function surfaceSection({
  commands = 'all',
  routes = {},
  authenticate,
  challenge,
}: Pick<HandlerOptions, 'commands' | 'routes' | 'authenticate' | 'challenge'>): SurfaceSection {
  const named = Object.entries(routes).map(([pattern, command]) => [pattern, command.name])
  const security = signInOf(authenticate, challenge)
  return {
    surface: 'http',
    commands,
    routes: Object.fromEntries(named),
    ...(Object.keys(security).length > 0 && { security }),
  }
}
