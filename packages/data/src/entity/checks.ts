import { systemFailure } from '@heddle/core'
import type { AnyRecord } from './record-codec.ts'

/** A rule that each written record keeps. */
export interface CheckDefinition<Rec> {
  holds(record: Rec): boolean
  /** The field that is at fault: the failure carries it as its path. */
  readonly field?: keyof Rec & string
  /** Said instead of the general sentence. */
  readonly message?: string
}

/** The rules of an entity, by name. */
export type Checks<Rec> = Readonly<Record<string, CheckDefinition<Rec> | ((record: Rec) => boolean)>>

/** A rule at run time. */
export interface NamedCheck extends CheckDefinition<AnyRecord> {
  readonly name: string
}

/** Brings the two ways of writing a rule into one. */
export const namedChecks = (checks: Checks<never>): readonly NamedCheck[] =>
  Object.entries(checks as unknown as Checks<AnyRecord>).map(([name, check]) =>
    typeof check === 'function' ? { name, holds: check } : { ...check, name, holds: (record) => check.holds(record) },
  )

/** @throws {Failure} ConstraintBroken for the first rule that a record breaks */
export function assertChecks(entity: string, key: unknown, checks: readonly NamedCheck[], record: AnyRecord): void {
  for (const { name, field, message, holds } of checks) {
    if (!holds(record)) throw constraintBroken(entity, key, name, field, message)
  }
}

/** A rule of an entity that does not hold. */
export const constraintBroken = (entity: string, key: unknown, constraint: string, field?: string, message?: string) =>
  systemFailure(
    'ConstraintBroken',
    { entity, key, constraint },
    { path: field === undefined ? [] : [field], ...(message !== undefined && { message }) },
  )
