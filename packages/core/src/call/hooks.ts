import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import type { CommandFacts } from '../command/types.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { CallContext } from './context.ts'

/**
 * The life of a call, in order. It ends as `succeeded`, `failed` (an expected failure) or `errored` (a defect).
 *
 * `permitted`: the permission was checked · `cast`: text became values · `validated`: the input fits its type ·
 * `loaded`: refs became records · `allowed`: the access rule agreed · `checked`: the command's own `validate` agreed ·
 * `executing`: the body ran · `committed`: the writes are durable.
 */
export const transitions = [
  'opened',
  'permitted',
  'cast',
  'validated',
  'loaded',
  'allowed',
  'checked',
  'executing',
  'committed',
  'succeeded',
  'failed',
  'errored',
] as const

/** A point of a call that hooks stand at, e.g. 'validated'. */
export type Transition = (typeof transitions)[number]

/** What a hook sees. */
export interface HookEvent {
  readonly command: CommandFacts
  readonly ctx: CallContext
  /** As it is at this transition: raw, cast, checked, loaded. */
  readonly input: unknown
  /** Whether the call came from outside and is no subcommand. */
  readonly outermost: boolean
  /** Set once the body has ended. */
  readonly outcome: Outcome<unknown, AnyFailure> | undefined
}

/**
 * Runs before or after a transition. A failure that it throws ends the call as `failed`, anything else as `errored`;
 * behind the commit either is only logged.
 */
export type HookFunction = (event: HookEvent) => Maybe<void>
/** Runs around a transition, which happens when it calls `next`. */
export type AroundFunction = (event: HookEvent, next: () => Maybe<void>) => Maybe<void>

/** User code around a transition of a command, a domain or an app. */
export type Hook =
  | { readonly when: 'before' | 'after'; readonly transition: Transition; readonly run: HookFunction }
  | { readonly when: 'around'; readonly transition: Transition; readonly run: AroundFunction }

/**
 * Runs before a transition. Throwing ends the call: a failure as `failed`, anything else as `errored`.
 *
 * @example
 * before('executing', ({ command, ctx }) => ctx.log('info', `running ${command.name}`))
 */
export const before = (transition: Transition, run: HookFunction): Hook => ({ when: 'before', transition, run })

/**
 * Runs after a transition. Throwing ends the call, but behind `committed` and at the end of the call: there it is logged, as
 * what is durable is not taken back.
 */
export const after = (transition: Transition, run: HookFunction): Hook => ({ when: 'after', transition, run })

/**
 * Wraps a transition; `next` runs it, at most once. Not calling it skips the transition, which those that a call cannot do
 * without refuse: `validated`, `executing`, `committed`. What the transition throws ends the call, also when it is caught.
 * Once it has called the `next` of `committed`, a hook can no longer change the outcome: what it throws is logged.
 */
export const around = (transition: Transition, run: AroundFunction): Hook => ({ when: 'around', transition, run })
