import { type OpenApp, type Principal, systemFailure } from '@heddle/core'

/** How long a change of a principal may take to count. */
const pauseMs = 2000

/** A principal as the records say from time to time. */
export interface KeptPrincipal {
  current(): Principal
  /** Settles when it is disabled or gone. */
  readonly gone: Promise<void>
  stop(): void
}

/**
 * Looks for a principal, and again as long as somebody acts as it: what is taken away from it counts soon.
 *
 * @throws {Failure} UnknownPrincipal
 */
export async function keepPrincipal(
  { ports: { principals, timers } }: Pick<OpenApp, 'ports'>,
  id: string,
  tenant = 'main',
): Promise<KeptPrincipal> {
  const found = await principals.resolve(id, tenant)
  if (!found) throw systemFailure('UnknownPrincipal', { principal: id, tenant })
  let current = found
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  let stop = schedule()
  return { current: () => current, gone, stop: () => stop() }

  function schedule() {
    return timers.after(pauseMs, () => void look(), { background: true })
  }

  async function look(): Promise<void> {
    try {
      const now = await principals.resolve(id, tenant)
      if (!now) return resolve()
      current = now
    } catch {
      // Where the records cannot be read for a moment, calls fail by themselves.
    }
    stop = schedule()
  }
}
