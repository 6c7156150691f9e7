import { isPromise, type Maybe } from '@heddle/core'
import type { Check, Database } from '../database/database.ts'
import { chain } from './chain.ts'

/** Whether every record still has the version in which it was read. */
export function allUnchanged(database: Database, tenant: string, checks: readonly Check[]): Maybe<boolean> {
  const verified = checks.map(({ table, key, version }) =>
    chain(database.read(table, tenant, [key]), ([row]) => (row?.[0] ?? 0) === version),
  )
  return verified.some(isPromise)
    ? Promise.all(verified).then((unchanged) => unchanged.every(Boolean))
    : verified.every(Boolean)
}
