import { holds, type Principal, systemFailure } from '@heddle/core'

/**
 * Nobody hands out more than they hold; else whoever may manage keys could make one that may do everything. The app's own
 * code is trusted.
 *
 * @throws {Failure} Denied
 */
export function assertHolds(giver: Principal | undefined, permissions: readonly string[]): void {
  if (!giver) return
  const missing = permissions.find((permission) => !holds(giver, permission))
  if (missing === undefined) return
  throw systemFailure('Denied', { because: `it would give ${missing}, which ${giver.id} does not hold` })
}
