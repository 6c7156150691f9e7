import { covers, permissionForm, type Principal } from '../command/access.ts'
import { Defect } from '../error/defect.ts'
import type { Principals } from '../ports/principals.ts'
import type { Part, PartKind, Sections } from './part.ts'

/** How the ids begin of apps as principals. No other principal is called so. */
export const appIdPrefix = 'app:'

/** The app itself as a principal: who the work runs as that it declares. */
export const appPrincipal = (name: string, permissions: readonly string[], tenant: string): Principal => ({
  id: appIdPrefix + name,
  kind: 'service',
  tenant,
  permissions,
})

/** The principals that are kept, and the app itself, which no record can replace. */
export function withAppPrincipal(
  principals: Principals,
  name: string,
  self: (tenant?: string) => Principal,
): Principals {
  const own = appIdPrefix + name
  return {
    resolve: (id, tenant) => (id === own ? self(tenant) : principals.resolve(id, tenant)),
    ofKey: (text) => principals.ofKey(text),
  }
}

/** @throws {Defect} InvalidDefinition, for a grant that is no permission */
export function assertGrants(name: string, grants: readonly unknown[] = []): void {
  const wrong = grants.find((grant) => typeof grant !== 'string' || !permissionForm.test(grant))
  if (wrong === undefined) return
  const reason = `grants holds ${JSON.stringify(wrong)}; a permission is written bank:transfer, bank:* or *`
  throw new Defect('InvalidDefinition', { name, reason })
}

/** How an app says in its manifest what its own work may do. */
export const grantParts = (grants: readonly string[] = []): readonly Part[] =>
  [...new Set(grants)].map((permission) => ({
    kind: grantKind,
    name: permission,
    describe: () => ({ permission }),
  }))

/** A grant that is gone leaves work denied, unless a wider one holds the same. */
const grantKind: PartKind = { name: 'grant', compare: ({ before, after }) => compareGrants(before, after) }

function compareGrants(before: Sections, after: Sections) {
  const [old, now] = [Object.keys(before), Object.keys(after)]
  const gone = old.filter((grant) => !now.includes(grant))
  return [
    ...now
      .filter((grant) => !old.includes(grant))
      .map((grant) => ({
        level: 'safe' as const,
        item: `grant ${grant}`,
        change: 'added',
        reason: 'The app’s own work may do more than before.',
      })),
    ...gone.map((grant) => {
      const wider = now.find((held) => covers(held, grant))
      return wider === undefined
        ? {
            level: 'breaking' as const,
            item: `grant ${grant}`,
            change: 'removed',
            reason: 'The app’s own work that needs it is denied.',
          }
        : { level: 'safe' as const, item: `grant ${grant}`, change: 'removed', reason: `${wider} holds it too.` }
    }),
  ]
}
