import type { Principal } from '../command/access.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import type { SystemCode } from '../error/codes.ts'
import type { Json } from '../manifest/json.ts'
import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Ports } from '../ports/ports.ts'

/** What a policy sees: a success or failures. Defects and lost races pass it as throws. */
export type AnyOutcome = Outcome<unknown, AnyFailure>

/** Runs around a call. `next` runs what stands further inside: the next policy, or the command up to its commit. */
export type Apply = (call: PolicyCall, next: () => Maybe<AnyOutcome>) => Maybe<AnyOutcome>

/** Where a policy is opened: once for each command of an open app. */
export interface PolicyHost {
  readonly command: CommandFacts
  readonly ports: Ports
  /** What all who ask under one name share in this open app. */
  shared<Value>(name: string, make: () => Value): Value
}

/** Wraps a command. It is data too: `name` and `config` say what it does without running it. */
export interface Policy {
  readonly name: string
  /** What it was given, with its defaults filled in. */
  readonly config: Json
  /** Codes of Heddle's own that it adds to those that the command can end with. */
  readonly raises?: readonly SystemCode[]
  /** Commands that it calls in place of the one it stands on. */
  readonly calls?: readonly AnyCommand[]
  /** It may run the command again, or answer for it when it failed: then the writes of each attempt can be dropped. */
  readonly recovers?: boolean
  /** It reads the input as the caller gave it, which is else forgotten after its check. */
  readonly keepsGiven?: boolean
  /** Why it cannot stand on this command; nothing where it can. */
  refuses?(command: CommandFacts): string | undefined
  /** Makes it ready. What it remembers lives in what this returns: a declaration holds nothing. */
  open(host: PolicyHost): Apply
}

/** The call that a policy stands around. */
export interface PolicyCall {
  readonly command: CommandFacts
  /** After its check, before its references are loaded. */
  readonly input: unknown
  /** As the caller gave it, before its check. Only where a policy says `keepsGiven`. */
  readonly given: unknown
  readonly tenant: string
  /** `null` is a stranger; undefined is the app's own code, which is trusted. */
  readonly principal: Principal | null | undefined
  readonly traceId: string
  /** Of a call from outside that has one. */
  readonly idempotencyKey: string | undefined
  readonly ports: Ports
  /** UTC, milliseconds since 1970. */
  readonly deadline: number | undefined
  /** Whether the caller cancelled, or the deadline passed. */
  readonly over: boolean
  /** Whether it is a call from outside and no subcommand. */
  readonly outermost: boolean
  /** Whether it has to end without waiting. */
  readonly synchronous: boolean
  /** Whether it runs again after a lost race, so that it was counted before. */
  readonly rerun: boolean
  /** How often policies have run it again. */
  readonly retries: number
  /** Whether the units of work that it sees hold writes that are not committed. */
  readonly pendingWrites: boolean
  /** Whether running it again does no harm: what it did is undone, or it is idempotent. */
  readonly repeatable: boolean
  /** The policed call that this one is a part of. */
  readonly outer: PolicyCall | undefined
  /** Gives it a shorter life, until the answer is called. */
  limit(ms: number): () => void
  /** Waits in the app's time; ends early with the reason when the call is cut short. */
  sleep(ms: number): Promise<void>
  /** What is awaited, unless the call is cut short. */
  within<Value>(awaited: Promise<Value>): Maybe<Value>
  /** Runs another command in place of this one, with a unit of work of its own. Only for policies that recover. */
  instead(command: AnyCommand, input: unknown): Maybe<AnyOutcome>
  /** Checks a value as if the body had returned it. */
  accept(value: unknown): Maybe<AnyOutcome>
  /** Loads the references and asks the access rule, for who answers without running the command. */
  admit(): Maybe<AnyOutcome | undefined>
  /** Runs something once what the call wrote is durable; what it throws is logged. */
  afterCommit(run: () => Maybe<void>): Maybe<void>
}
