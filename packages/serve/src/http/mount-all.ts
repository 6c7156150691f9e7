import { Defect, type OpenApp } from '@heddle/core'
import { appEndpoints } from './app-endpoints.ts'
import { mountLive } from '../live/live-mount.ts'
import { callerOf } from './caller-of.ts'
import type { Mounted, Upgrade } from './mount.ts'
import { offeredMounts } from './offer-mounts.ts'
import type { HandlerOptions } from './options.ts'

const stranger = { as: null }

/**
 * Everything that a surface serves beside commands: what each has, and what is mounted on this one.
 *
 * @throws {Defect} DuplicateName, and what a mount refuses
 */
export function mountAll(app: OpenApp, options: HandlerOptions, surface: string): Required<Mounted> {
  const own = options.mounts ?? []
  // Whoever mounted it himself has his own way of it.
  const mounts = [...own, ...offeredMounts(app.parts).filter(({ name }) => own.every((mount) => mount.name !== name))]
  const identify = callerOf(app, options) ?? (() => stranger)
  const names = new Set<string>()
  const mounted = mounts.map((mount) => {
    if (names.has(mount.name)) throw new Defect('DuplicateName', { name: `mount "${mount.name}"` })
    names.add(mount.name)
    return mount.mount({ app, options, callerOf: identify })
  })
  const live = options.live === false ? undefined : mountLive({ app, options, callerOf: identify }, surface)
  if (live) mounted.push(live)
  const endpoints = { ...appEndpoints(app, options) }
  const upgrades: Record<string, Upgrade> = {}
  for (const each of mounted) {
    addAll(endpoints, each.endpoints)
    addAll(upgrades, each.upgrades)
  }
  return {
    endpoints,
    upgrades,
    hosts: mounted.flatMap((each) => each.hosts ?? []),
    told: (url) => mounted.flatMap((each) => each.told?.(url) ?? []),
    drain: async () => void (await Promise.all(mounted.map((each) => each.drain?.()))),
    stop: async () => void (await Promise.all(mounted.map((each) => each.stop?.()))),
  }
}

function addAll<Value>(all: Record<string, Value>, more: Readonly<Record<string, Value>> = {}): void {
  for (const [place, value] of Object.entries(more)) {
    if (Object.hasOwn(all, place)) throw new Defect('DuplicateName', { name: `route "${place}"` })
    all[place] = value
  }
}
