import type { PathSegment } from '../error/key.ts'
import type { AnyFailure } from '../outcome/outcome.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { AnyCommand, Context } from './types.ts'

/**
 * The command that another one makes ready for callers: that one has a name, an access and types of its own, and calls
 * this one with the same input, or with what becomes of it. Types are checked where it is declared.
 */
export interface Exposes {
  readonly command: AnyCommand
  /** Makes the input of the command behind. @default the same input, as it was given */
  readonly input?: (input: never, ctx: Context) => Maybe<unknown>
  /** Makes the value. @default that of the command behind */
  readonly value?: (value: never, ctx: Context, input: never) => Maybe<unknown>
  /** Makes each streamed item. @default those of the command behind */
  readonly item?: (item: never, ctx: Context) => unknown
  /** Where a place of the input behind stands in its own. @default at the same place */
  readonly place?: (path: readonly PathSegment[]) => readonly PathSegment[]
  /** Declared failures of the command behind that are told otherwise, by their codes. */
  readonly failures?: Readonly<Record<string, (failure: AnyFailure) => AnyFailure>>
}
