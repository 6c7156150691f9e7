import type { Failure, FailureDetails } from '../error/failure.ts'
import type { Outcome } from '../outcome/outcome.ts'
import type { AnyEvent, DataFor } from '../event/event.ts'
import type { Port, ServiceOf } from '../ports/port.ts'
import type { InputOf, OutputOf, Schema } from '../schema/schema.ts'
import type { CallContext } from '../call/context.ts'
import type { Hook } from '../call/hooks.ts'
import type { Json } from '../manifest/json.ts'
import type { Mapping } from '../mapper/mapped.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Policy } from '../policy/policy.ts'
import type { Access } from './access.ts'
import type { Deprecation } from './deprecated.ts'
import type { Exposes } from './exposes.ts'
import type { StreamOutput } from './stream-output.ts'

/** The declared errors of a command: code → type of the data. */
export type ErrorTypes = Readonly<Record<string, Schema>>

/** What a command gives back: one value, or a stream of items and then a value. */
export type OutputType = Schema | StreamOutput<Schema, Schema>

/** A failure per declared code. */
export type FailureOf<Errors extends ErrorTypes> = {
  [Code in keyof Errors & string]: Failure<Code, OutputOf<Errors[Code]>>
}[keyof Errors & string]

/** The value in the outcome of a call. */
export type ValueFrom<Output> = Output extends StreamOutput<Schema, infer Final> ? OutputOf<Final> : OutputOf<Output>

/** An item of a streamed output; `never` where nothing is streamed. */
export type ItemFrom<Output> = Output extends StreamOutput<infer Item, Schema> ? OutputOf<Item> : never

/**
 * What a type needs to know of a command: results, not schemas. `Own` are its declared failures, `Called` those of the
 * commands that it calls directly; failures from deeper down are in the manifest, not in the type.
 */
export interface Command<
  Name extends string = string,
  Input = unknown,
  Value = unknown,
  Own = unknown,
  Called = unknown,
  Item = unknown,
> extends CommandFacts {
  readonly name: Name
  /** Carries types only: there is nothing in it at run time. Looking types up here costs the checker little. */
  readonly types: CommandTypes<Input, Value, Own, Called, Item>
}

/** The types that a command carries. */
export interface CommandTypes<Input, Value, Own, Called, Item> {
  readonly input: Input
  readonly value: Value
  readonly own: Own
  readonly called: Called
  readonly item: Item
}

/** A command of whatever types. */
export type AnyCommand = Command

/** What a caller passes to a command. */
export type InputFor<C extends AnyCommand> = C['types']['input']
/** What a caller gets from it. */
export type ValueOf<C extends AnyCommand> = C['types']['value']
/** The failures it declares itself. */
export type OwnErrors<C extends AnyCommand> = C['types']['own']
/** The failures that its callers see in the type: its own and those of the commands that it calls directly. */
export type ErrorsOf<C extends AnyCommand> = C['types']['own'] | C['types']['called']
/** What it streams. */
export type ItemOf<C extends AnyCommand> = C['types']['item']

/** The run-time side of a command: everything a surface, a manifest or an engine may read. */
export interface CommandFacts {
  readonly kind: 'command' | 'query' | 'contract'
  readonly name: string
  readonly domain: string
  readonly summary: string | undefined
  readonly description: string | undefined
  readonly idempotent: boolean
  readonly destructive: boolean
  readonly access: Access | undefined
  /** Zod types. */
  readonly input: Schema
  readonly output: OutputType
  readonly errors: ErrorTypes
  readonly uses: readonly Port[]
  readonly calls: readonly AnyCommand[]
  readonly emits: readonly AnyEvent[]
  readonly hooks: readonly Hook[]
  readonly policies: readonly Policy[]
  readonly examples: readonly unknown[]
  /** By declared code: an input that fails with it. */
  readonly errorExamples: Readonly<Record<string, unknown>>
  /** The ids of the requirements that it meets. */
  readonly requirements: readonly string[]
  /** Keys of further errors that it can end with, as another app tells them whose command it is. */
  readonly toldErrors?: readonly string[]
  /** Which version of its address it is, where there are several. */
  readonly version?: number
  /** Set where callers should leave it. */
  readonly deprecated?: Deprecation
  /** Set where it makes another command ready for callers. */
  readonly exposes?: Exposes
  /** Where contract and implementation differ, the contract that this implements. */
  readonly contract: AnyCommand | undefined
  /** The template that it was built by, and the config. */
  readonly madeFrom?: { readonly template: string; readonly config: Json }
  /** Whether `mapped` may choose it. */
  readonly isMapper?: boolean
  /** Of a command of another domain: how its types are those of the caller. */
  readonly mapping?: Mapping
  /** Set where what it begins goes on after it has answered: a workflow's run. */
  readonly begins?: Begins
  readonly body: Body | undefined
}

/**
 * The commands that tell of what another one has begun. Each takes `{ run }`, which the one that begins answers with. A
 * surface can wait with them for its caller.
 */
export interface Begins {
  /** Waits for the end, and has the outcome of what was begun. */
  readonly awaits: AnyCommand
  /** A query: where it stands. */
  readonly status: AnyCommand
  /** Streams where it stands, until its end. */
  readonly watch: AnyCommand
  /** What it begins is a later call of this command: its input stands in the field `input`. */
  readonly calls?: AnyCommand
}

/** The part of a command that runs. Types are checked where it is declared; inside the engine it is untyped. */
export interface Body {
  /** Whether `run` is still to be loaded. */
  readonly load?: () => Promise<Body>
  readonly validate?: (args: never) => unknown
  readonly run?: (args: never) => unknown
}

/** Makes the declared failures, e.g. `fail.InsufficientFunds({ missing: 3 })`. */
export type Fail<Errors extends ErrorTypes> = {
  readonly [Code in keyof Errors & string]: (
    data: InputOf<Errors[Code]>,
    details?: FailureDetails,
  ) => Failure<Code, OutputOf<Errors[Code]>>
}

/** Calls a declared subcommand in the same unit of work. */
export interface Call<Callable extends AnyCommand> {
  /** The value; a failure of the subcommand ends this command with it. */
  <C extends Callable>(command: C, input: InputFor<C>): Promise<ValueOf<C>>
  /** The outcome; on failure the subcommand's writes are undone and this command goes on. */
  try<C extends Callable>(command: C, input: InputFor<C>): Promise<Outcome<ValueOf<C>, ErrorsOf<C>>>
  /**
   * The same value, at once where nothing waits: an `await` of what is there already costs as much as a small command. A
   * failure is then thrown at once, too.
   */
  maybe<C extends Callable>(command: C, input: InputFor<C>): Maybe<ValueOf<C>>
}

/** Emits a declared event: it is written with the command's other changes and undone with them. */
export type Emit<Emitted extends AnyEvent> = <E extends Emitted>(event: E, data: DataFor<E>) => void

/** What a body is given. */
export interface RunArgs<
  Input extends Schema,
  Errors extends ErrorTypes,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
  Emits extends readonly AnyEvent[] = readonly [],
> {
  /** Checked, with every `ref` replaced by its record. */
  readonly input: OutputOf<Input>
  readonly fail: Fail<Errors>
  readonly call: Call<Calls[number]>
  readonly emit: Emit<Emits[number]>
  readonly ctx: Context<Uses[number]>
}

/** Who calls, when, with which rights to the world. Nothing is read from globals. */
export interface Context<Uses = Port> extends CallContext {
  /** The service of a port that the command lists in `uses`. */
  use<P extends Uses>(port: P): ServiceOf<P>
}

/**
 * The body. Its type is fixed by the schemas and never inferred from what is written, so that literals in a returned
 * object keep their types: that is why it is a deferred conditional.
 */
export type Run<
  Input extends Schema,
  Output,
  Errors extends ErrorTypes,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
  Emits extends readonly AnyEvent[] = readonly [],
> =
  Output extends StreamOutput<infer Item, infer Final>
    ? (
        args: RunArgs<Input, Errors, Calls, Uses, Emits>,
      ) => AsyncGenerator<InputOf<Item>, InputOf<Final> | FailureOf<Errors>, void>
    : Output extends Schema
      ? (
          args: RunArgs<Input, Errors, Calls, Uses, Emits>,
        ) => InputOf<Output> | FailureOf<Errors> | Promise<InputOf<Output> | FailureOf<Errors>>
      : never

/** For each declared code, an input that fails with it where the records are as the other examples leave them. */
export type ErrorExamples<Input extends Schema, Errors extends ErrorTypes> = {
  readonly [Code in keyof Errors & string]?: InputOf<Input>
}

/** Facts that every definition may state. */
export interface Described {
  /** One line. */
  readonly summary?: string
  /** More, in Markdown. */
  readonly description?: string
  /** A query has a read-only unit of work and is served by GET. @default 'command' */
  readonly kind?: 'command' | 'query'
  /** Running it twice does no more than running it once. @default true for a query */
  readonly idempotent?: boolean
  /** It removes something that cannot be brought back: surfaces ask first. @default false */
  readonly destructive?: boolean
  /** Who may call it from outside. Closed unless stated. */
  readonly access?: Access
  /** Inputs to show in documents and to try. */
  readonly examples?: readonly unknown[]
  /** The ids of the requirements that it meets, e.g. `['FR-12']`: `heddle requirements list` prints them. */
  readonly requirements?: readonly string[]
  /**
   * Which version of its address it is: version 2 of `bank.Pay`, or of `bank.PayV2`, is served at `/v2/bank/Pay` too.
   * @default it has none
   */
  readonly version?: number
  /** Callers should leave it: every surface tells since when, until when, and what to call in its place. */
  readonly deprecated?: Deprecation
}

/** What a command's definition consists of. */
export interface Definition<
  Input extends Schema,
  Output,
  Errors extends ErrorTypes,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
  Emits extends readonly AnyEvent[] = readonly [],
> extends Described {
  readonly input: Input
  readonly output: Output
  readonly errors?: Errors
  /** An input for each declared error, to show in documents beside `examples`. */
  readonly errorExamples?: ErrorExamples<NoInfer<Input>, NoInfer<Errors>>
  readonly calls?: Calls
  readonly uses?: Uses
  /** The events that `run` may emit. */
  readonly emits?: Emits
  readonly hooks?: readonly Hook[]
  readonly policies?: readonly Policy[]
  /** Refuses what the type cannot: runs after records were loaded, before the body. */
  readonly validate?: (args: RunArgs<Input, Errors, Calls, Uses>) => MaybeFailure<Errors>
  readonly run: Run<Input, Output, Errors, Calls, Uses, Emits>
}

type MaybeFailure<Errors extends ErrorTypes> =
  | void
  | FailureOf<Errors>
  | undefined
  | Promise<void | FailureOf<Errors> | undefined>

/** The failures of every listed command. */
export type CalledErrors<Calls extends readonly AnyCommand[]> = OwnErrors<Calls[number]>
