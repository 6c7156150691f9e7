import {
  type Access,
  type AccessRule,
  type AnyCommand,
  type CallContext,
  command,
  type Command,
  type ErrorsOf,
  isCommand,
  type Part,
  type PartKind,
  valueTypeOf,
} from '@heddle/core'
import { z } from 'zod'
import { runHandle } from '../define/run-handle.ts'
import type { AnyWorkflow, RunHandle, Ways, Workflow } from '../define/types.ts'
import { usualRuns } from '../engine/runs-part.ts'
import type { Queue } from '../queue/queue.ts'
import { awaitRun } from '../ways/await-run.ts'
import { cancelRun } from '../ways/cancel-run.ts'
import { getRun } from '../ways/get-run.ts'
import { watchRun } from '../ways/watch-run.ts'
import { optionalUnlessNeeded } from '../ways/optional-unless-needed.ts'
import { accessOfWays, type RunWay } from '../ways/way-facts.ts'
import { LaterCalls } from './later-calls.ts'
import type { Callable, InputOfCallable, LaterOptions, ValueOfCallable } from './later.ts'

/** How a command is served for later. */
export interface ServedLaterOptions {
  /** Who may call it later from outside: a permission, or a rule about the input of the command. @default its access */
  readonly access?: Access
  /**
   * Who may call one of the commands that look after its jobs, where that is somebody else: `await`, `get`, `watch`,
   * `cancel`. Needed where the access is a rule, which is about the input.
   */
  readonly accessTo?: Readonly<Record<string, Access>>
  /** The queue in which its jobs wait for their turn. @default that of a workflow, and 'default' for a command */
  readonly queue?: Queue | string
  /** How often a failure that says `retry` is tried in all, with growing pauses. @default 10 */
  readonly tries?: number
}

/** When and how a command is called later, as surfaces say it. */
export interface LaterInput<Input> {
  readonly input: Input
  /** Not before this time. */
  readonly at?: Date | undefined
  /** Not before this time has passed: `250ms`, `2s`, `7d`. */
  readonly delay?: string | undefined
  /** 0 to 9; greater ones go first. @default 5 */
  readonly priority?: number | undefined
  /** The same key of the same caller is the same job. @default the idempotency key of the call */
  readonly key?: string | undefined
}

/** A command that is served for later: a part of an app. */
export interface ServedLater<C extends Callable = Callable> extends Part {
  /** The command that calls it later: of `mail.SendLetter` it is `mail.SendLetterLater`. */
  readonly command: Command<`${C['name']}Later`, LaterInput<InputOfCallable<C>>, RunHandle, never, never>
  /** The commands that look after its jobs. */
  readonly ways: Pick<Ways<ValueOfCallable<C>, ErrorsOfCallable<C>>, 'awaits' | 'status' | 'watch' | 'cancel'>
}

/** What a job or run of it may fail with. */
type ErrorsOfCallable<C extends Callable> = C extends AnyCommand
  ? ErrorsOf<C>
  : C extends Workflow<string, unknown, unknown, infer Errors>
    ? Errors
    : never

const laterKind: PartKind = { name: 'later', compare: () => [] }

/**
 * Serves a command, or a workflow, for later: over every surface it can be called at a time, after a delay or at once beside
 * its caller, as a job. The access of the command holds when it is asked for, and again when it runs.
 *
 * @example
 * // POST /mail/SendLetter with `Prefer: respond-async`, POST /mail/SendLetterLater with `{ input, delay: '1h' }`,
 * // heddle call mail.SendLetter --to ann --delay 1h
 * app('mail', { parts: [sendLetter, later(sendLetter, { queue: mail })], database: sqlite() })
 */
export function later<const C extends Callable>(
  target: C,
  { access: stated, accessTo = {}, queue, tries }: ServedLaterOptions = {},
): ServedLater<C> {
  const called: AnyCommand = isCommand(target) ? target : (target as AnyWorkflow).command
  const name = `${target.name}Later`
  const access = aboutInput(stated ?? called.access)
  const ways = isCommand(target) ? jobWays(name, target, accessOfWays(access, accessTo)) : (target as AnyWorkflow).ways
  const { awaits, status, watch, cancel } = ways
  const options = { ...(queue !== undefined && { queue }), ...(tries !== undefined && { tries }) }
  const calls: AnyCommand = {
    ...(callsLater(name, target, called, access, options) as AnyCommand),
    begins: { awaits, status, watch, calls: called },
  }
  const self: ServedLater<C> = {
    kind: laterKind,
    name,
    command: calls as never,
    ways: ways as never,
    commands: [calls, ...(isCommand(target) ? [target, awaits, status, watch, cancel] : [])],
    parts: [
      usualRuns,
      ...(isCommand(target) ? [] : [target as AnyWorkflow]),
      ...(typeof queue === 'object' ? [queue] : []),
    ],
    describe: () => ({
      command: target.name,
      queue: typeof queue === 'object' ? queue.name : (queue ?? null),
      tries: tries ?? null,
    }),
    simulated: () => self,
  }
  return self
}

/** The command that calls another one later. */
const callsLater = (
  name: string,
  target: Callable,
  { input, destructive, examples }: AnyCommand,
  access: Access | undefined,
  options: LaterOptions,
) =>
  command(name, {
    summary: `Call ${target.name} later, as a job`,
    destructive,
    input: z
      .object({
        input: optionalUnlessNeeded(input),
        at: z.date().optional().describe('Not before this time'),
        delay: z
          .string()
          .regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, 'a duration is written like 250ms, 2s or 7d')
          .optional()
          .describe('Not before this time has passed, e.g. 250ms, 2s or 7d'),
        priority: z.int().min(0).max(9).optional().describe('Greater ones go first; 5 where it is left out'),
        key: z.string().min(1).max(255).optional().describe('The same key of the same caller is the same job'),
      })
      .refine(({ at, delay }) => at === undefined || delay === undefined, {
        path: ['delay'],
        message: 'at and delay exclude each other',
      }),
    output: runHandle,
    access,
    examples: examples.map((example) => ({ input: example })),
    uses: [LaterCalls],
    run: ({ input: { at, delay, priority, key }, ctx }) =>
      ctx.use(LaterCalls).call(target, {
        ...options,
        key: key ?? ctx.idempotencyKey,
        priority,
        ...(at !== undefined && { at }),
        ...(delay !== undefined && { delay }),
      }),
  })

/** The commands that look after the jobs of a command. */
function jobWays(name: string, target: AnyCommand, accessOf: RunWay['accessOf']) {
  const way: RunWay = { name, of: target.name, facts: { output: valueTypeOf(target), errors: target.errors }, accessOf }
  return { awaits: awaitRun(way), status: getRun(way), watch: watchRun(way), cancel: cancelRun(way) }
}

/** A rule of a command is about its input, which is a field here. */
function aboutInput(access: Access | undefined): Access | undefined {
  if (typeof access !== 'function') return access
  const rule = access as (ctx: CallContext, input: unknown) => ReturnType<AccessRule>
  return ((ctx: CallContext, { input }: { readonly input: unknown }) => rule(ctx, input)) as Access
}
