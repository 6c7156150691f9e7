import type { Tenancy } from '../call/tenancy.ts'
import type { Part, PartKind } from './part.ts'

/** An app that gives its tenants up has no part of this kind any more, which breaks those of every tenant but main. */
const tenancyKind: PartKind = {
  name: 'tenancy',
  compare({ before, after }) {
    const added = Object.keys(after).filter((name) => before[name] === undefined)
    const reason = 'What there is belongs to the tenant main.'
    return added.map((name) => ({ level: 'safe', item: `tenancy ${name}`, change: 'added', reason }))
  },
}

/** How an app says in its manifest that it serves many tenants; one that serves a single one says nothing. */
export const tenancyParts = (tenancy: Tenancy | undefined): readonly Part[] =>
  tenancy === undefined || tenancy === 'none'
    ? []
    : [{ kind: tenancyKind, name: tenancy, describe: () => ({ tenancy }) }]
