import type { Maybe, Port, ServiceOf } from '@heddle/core'
import type { AnyRecord } from './record-codec.ts'

/** What a hook is given besides the record. */
export interface HookContext {
  /** The full name of the command that writes. */
  readonly command: string
  readonly tenant: string
  readonly now: Date
  /** The service of a port that the entity lists in `uses`, in the same unit of work. */
  use<P extends Port>(port: P): ServiceOf<P>
  /**
   * Ends the command with the failure `ConstraintBroken`.
   *
   * @param constraint a name in camelCase, e.g. `stillOpen`
   * @param field the field that is at fault
   */
  refuse(constraint: string, field?: string): never
}

/**
 * Code around the writes of an entity. `before…` runs at once, may change what is written by returning it, and cannot
 * wait. `after…` runs before the unit of work ends (or the overlay of a `call.try`), one after the other in the order of
 * the writes; what it writes belongs to the unit.
 */
export interface Hooks<Rec, New, Patch> {
  readonly beforeInsert?: (values: New, context: HookContext) => New | void
  readonly afterInsert?: (record: Rec, context: HookContext) => Maybe<void>
  readonly beforeUpdate?: (
    change: { readonly record: Rec; readonly patch: Patch },
    context: HookContext,
  ) => Patch | void
  readonly afterUpdate?: (change: { readonly before: Rec; readonly record: Rec }, context: HookContext) => Maybe<void>
  readonly beforeDelete?: (record: Rec, context: HookContext) => void
  readonly afterDelete?: (record: Rec, context: HookContext) => Maybe<void>
}

/** Hooks at run time. */
export type AnyHooks = Hooks<AnyRecord, object, object>
