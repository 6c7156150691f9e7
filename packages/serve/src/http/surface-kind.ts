import {
  type CommandSection,
  isSunset,
  type Json,
  type Manifest,
  type PartKind,
  systemClock,
  type Verdict,
} from '@heddle/core'
import type { RateLimit } from '../access/rate-limits.ts'
import type { SignIn } from '../access/sign-in.ts'

/** The section of a surface in the manifest. */
export interface SurfaceSection {
  readonly surface: string
  /** Whether every command has its own address, or only what `routes` lists. */
  readonly commands: 'all' | 'routes'
  /** Method and path to the full name of the command. */
  readonly routes: Readonly<Record<string, string>>
  /** How senders tell who they are; missing where nobody is asked. */
  readonly security?: SignIn
  /** What is served beside commands, by name; missing where there is nothing. */
  readonly mounts?: Readonly<Record<string, { readonly [field: string]: Json }>>
  /** How many calls are let through; missing where there are no limits. */
  readonly rateLimits?: readonly SurfaceLimit[]
}

/** A limit as the manifest tells it. */
export type SurfaceLimit = Readonly<Required<RateLimit>>

/** Ways into an app. Its clients know addresses, so an address that goes away or changes its meaning breaks them. */
export const surfaceKind: PartKind = {
  name: 'surface',
  compare({ before, after, beforeManifest, ports }) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)])
    const mayGo = endedCommands(beforeManifest, (ports?.clock ?? systemClock).now())
    return [...names]
      .sort()
      .flatMap((name) => compareSurface(name, mayGo, asSurface(before[name]), asSurface(after[name])))
  },
}

const asSurface = (section: Json | undefined) => section as SurfaceSection | undefined

/** The commands whose callers were told of an end that is past. */
function endedCommands({ parts }: Manifest, nowMs: number): ReadonlySet<string> {
  const sections = Object.values(parts.command ?? {}) as unknown as CommandSection[]
  const ended = sections.filter(({ deprecated }) => deprecated && isSunset(deprecated, nowMs))
  return new Set(ended.map(({ name }) => name))
}

function compareSurface(
  name: string,
  mayGo: ReadonlySet<string>,
  before?: SurfaceSection,
  after?: SurfaceSection,
): Verdict[] {
  const item = `surface ${name}`
  if (!before) return [{ level: 'safe', item, change: 'added', reason: 'Nobody uses it yet.' }]
  // Only other processes of the same machine use it, and they come with this version.
  if (before.surface === 'local') return []
  if (!after) return [{ level: 'breaking', item, change: 'removed', reason: 'Its clients find nobody any more.' }]
  const verdicts: Verdict[] = []
  if (before.commands === 'all' && after.commands !== 'all') {
    const reason = 'Commands lose the address made of their name. List those that clients call in `routes`.'
    verdicts.push({ level: 'breaking', item, change: 'commands: all → routes', reason })
  }
  for (const mount of Object.keys(before.mounts ?? {})) {
    if (after.mounts?.[mount]) continue
    const reason = 'Its clients find nobody any more.'
    verdicts.push({ level: 'breaking', item, change: `${mount}: removed`, reason })
  }
  const routes = new Set([...Object.keys(before.routes), ...Object.keys(after.routes)])
  return [...verdicts, ...[...routes].sort().flatMap((route) => compareRoute(route))]

  function compareRoute(route: string): Verdict[] {
    const was = before!.routes[route]
    const is = after!.routes[route]
    if (was === is) return []
    if (was === undefined) return [{ level: 'safe', item, change: `${route}: added`, reason: 'Nobody uses it yet.' }]
    if (mayGo.has(was)) {
      const reason = `Callers of ${was} were told that it ends.`
      return [{ level: 'safe', item, change: `${route}: ${is === undefined ? 'removed' : `${was} → ${is}`}`, reason }]
    }
    if (is === undefined) {
      return [
        {
          level: 'breaking',
          item,
          change: `${route}: removed`,
          reason: 'Its clients get 404. Keep it beside the new one.',
        },
      ]
    }
    const reason = 'Its clients reach another command than the one they know. Give that one a new route.'
    return [{ level: 'breaking', item, change: `${route}: ${was} → ${is}`, reason }]
  }
}
