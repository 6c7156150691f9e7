import type { Principal } from '../command/access.ts'
import type { AnyCommand, ErrorsOf, InputFor, ItemOf, ValueOf } from '../command/types.ts'
import type { Progress } from '../call/context.ts'
import type { Hook } from '../call/hooks.ts'
import type { Tenancy } from '../call/tenancy.ts'
import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { LogLine } from '../ports/log.ts'
import type { LeaseProof } from '../ports/lease-proof.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Ports } from '../ports/ports.ts'
import type { Unit } from '../ports/transactions.ts'
import type { Schema } from '../schema/schema.ts'
import type { ActiveCall } from '../telemetry/active-calls.ts'
import type { TraceParent } from '../telemetry/trace-context.ts'
import type { ConfigPort } from './config-port.ts'
import type { Part, PartHealth } from './part.ts'

/** What goes with a call: a step of a workflow writes its journal so. Set by layers above, never by a surface. */
export interface CallCompanion {
  /** What the call hands on as its idempotency key. Nothing is claimed under it: whoever goes with the call remembers it. */
  readonly key: string
  /** Adds to what a call that succeeded makes durable, in its unit of work, just before the commit. */
  write(unit: Unit, outcome: Outcome<unknown, AnyFailure>): Maybe<void>
}

/** How one call is made. */
export interface CallOptions {
  /** Checks access for this caller; `null` is a stranger. Missing: the app's own code, which is trusted. */
  readonly as?: Principal | null
  /**
   * The call is the app's own doing, for whomever `as` names: its access is not asked for. Never set by what comes in
   * from outside.
   *
   * @default false
   */
  readonly trusted?: boolean
  /**
   * What the caller showed to be known by, as `Authorization` tells it, for what calls another app in its name. It is
   * neither kept nor logged.
   */
  readonly credentials?: string
  /** One of the principal's tenants; any for the app's own code. @default the principal's tenant, or 'main' */
  readonly tenant?: string
  /** The same key is the same call: it runs once and every caller gets the one answer. */
  readonly idempotencyKey?: string
  readonly companion?: CallCompanion
  /** Leases that must still be held with these tokens when it commits; otherwise it writes nothing: `LeaseLost`. */
  readonly fences?: readonly LeaseProof[]
  /** UTC, milliseconds since 1970. */
  readonly deadline?: number
  /** Cancels the call. A function is asked for it when the call first has to wait, and not at all when it never does. */
  readonly signal?: AbortSignal | (() => AbortSignal)
  /** W3C trace id, 32 hexadecimal digits. @default that of `parent`, or a new one when it is first read */
  readonly traceId?: string
  /** The span that the call comes from. `null`: it was decided that nothing of it is recorded. */
  readonly parent?: TraceParent | null
  /** The name of the surface that it came in by: a label of its metrics. @default 'code' */
  readonly surface?: string
  /**
   * Where the input comes from. `json` and `text` come from outside: objects refuse unknown fields; `json` turns text
   * into dates and big integers where the type wants them, `text` also into numbers, booleans and lists.
   *
   * @default 'code'
   */
  readonly from?: 'code' | 'json' | 'text'
  readonly onProgress?: (progress: Progress) => void
  /** What the command logs, on whatever level, without what is secret; for those alone who may see the insides of the app. */
  readonly onLog?: (line: LogLine) => void
  /** Items of a streamed output, as they come. */
  readonly onItem?: (item: never) => void | Promise<void>
}

/** How many calls are made. */
export interface BatchOptions extends Omit<CallOptions, 'idempotencyKey' | 'onItem' | 'onProgress' | 'onLog'> {
  /** How many run at a time. @default 64 */
  readonly concurrency?: number
  /** All in one unit of work: they run one after another, and the first failure undoes all. @default false */
  readonly atomic?: boolean
  /** Called with each outcome, in the order in which calls end. */
  readonly onOutcome?: (outcome: Outcome<unknown, AnyFailure>, index: number) => void
}

/**
 * A streamed call: items as they come, for one reader, and how it ended. Leaving the loop early cancels the call.
 *
 * @throws {Defect} StreamMisused, for a second reader, and for one who comes when items have gone by
 */
export interface StreamedCall<Item, Value, Errors> extends AsyncIterable<Item> {
  readonly outcome: Promise<Outcome<Value, Errors>>
}

/** An app that can be called. */
export interface OpenApp {
  readonly name: string
  readonly manifest: Manifest
  readonly ports: Ports
  readonly mode: 'development' | 'production'
  /** Every command, by full name, in the order of their names. */
  readonly commands: ReadonlyMap<string, AnyCommand>
  readonly parts: readonly Part[]
  /** What `config` was read as. */
  readonly config: unknown

  /** The app as a principal, `app:<name>`, with what `grants` states. @param tenant @default 'main' */
  self(tenant?: string): Principal
  /**
   * The tenant in which a caller acts: its own, or one that it may choose.
   *
   * @throws {Failure} TenantDenied
   */
  tenantOf(options: Pick<CallOptions, 'as' | 'tenant'>): string
  /** Calls a command. Expected errors come back in the outcome; it never rejects. */
  call<C extends AnyCommand>(
    command: C,
    input: InputFor<C>,
    options?: CallOptions,
  ): Promise<Outcome<ValueOf<C>, ErrorsOf<C>>>
  /** Calls a command by its name, for surfaces: nothing is known of the types. */
  callByName(name: string, input: unknown, options?: CallOptions): Promise<Outcome<unknown, AnyFailure>>
  /**
   * Says whether a call would be allowed, without making it: it checks the permission, reads the records that the input
   * refers to, and asks the rule. Neither hooks nor the body run.
   */
  mayCall(name: string, input: unknown, options: CallOptions): Promise<Outcome<undefined, AnyFailure>>
  /** The value, or throws the first failure. */
  callOrThrow<C extends AnyCommand>(command: C, input: InputFor<C>, options?: CallOptions): Promise<ValueOf<C>>
  /**
   * Calls a command whose body, hooks and types are all synchronous.
   *
   * @throws {Defect} NotSynchronous
   */
  runSync<C extends AnyCommand>(command: C, input: InputFor<C>, options?: CallOptions): Outcome<ValueOf<C>, ErrorsOf<C>>
  /** Calls a command with a streamed output. */
  stream<C extends AnyCommand>(
    command: C,
    input: InputFor<C>,
    options?: CallOptions,
  ): StreamedCall<ItemOf<C>, ValueOf<C>, ErrorsOf<C>>
  /** Calls a command once per input. Outcomes stand in the order of the inputs. */
  batch<C extends AnyCommand>(
    command: C,
    inputs: Iterable<InputFor<C>>,
    options?: BatchOptions,
  ): Promise<Outcome<ValueOf<C>, ErrorsOf<C>>[]>

  /**
   * Puts commands, with the local ones that they call, in the place of those of the same names, while the app runs. What
   * is seen of them from outside has to stay as it was. Calls that have begun end as they began.
   *
   * @throws {Defect} MissingPart, where they call a command that is not in the app
   */
  exchange(commands: readonly AnyCommand[]): void
  /**
   * Lets commands run as they are where they are called by themselves and not by their names, which others may have by now:
   * what has begun goes on with them.
   */
  keep(commands: readonly AnyCommand[]): void
  /** Starts the parts that serve. Returns what they say, e.g. where to look. */
  start(): Promise<readonly string[]>
  /** Whether every part can take work. */
  ready(): boolean
  /** The calls from outside that run, the oldest first. Empty where nobody wants calls to be observed. */
  activeCalls(): readonly ActiveCall[]
  /** How each part is doing. */
  health(): Promise<{ ok: boolean; parts: Record<string, PartHealth> }>
  /**
   * Takes no new calls, waits for the running ones (at most `graceMs`), stops the parts in reverse order. A call that
   * still runs then ends with `Cancelled`, or with `Unavailable` when it is not known whether its commit was made; a
   * bare one of the app's own code, made without options, ends with its body.
   */
  close(options?: { graceMs?: number }): Promise<void>
}

/** How an app is opened. */
export interface OpenOptions {
  /** Replaces ports, e.g. the clock in tests. */
  readonly ports?: Partial<Ports>
  /** @default '.heddle' in the current folder */
  readonly folder?: string
  /** The folder of the app itself, from which the relative paths in its declaration count. @default the current folder */
  readonly root?: string
  /** @default NODE_ENV === 'production' ? 'production' : 'development' */
  readonly mode?: 'development' | 'production'
  /**
   * The URL of the module whose default export is this app, where it is known: what runs on a thread of its own imports it
   * there.
   */
  readonly module?: string
  /** Values for `config`; they win over the environment. */
  readonly config?: Record<string, unknown>
  /** @default process.env */
  readonly environment?: Record<string, string | undefined>
}

/** What an app consists of. Modules (`import * as bank from './bank.ts'`) are taken apart: commands, entities, domains. */
export interface AppDefinition {
  readonly parts: readonly (Part | AnyCommand | Readonly<Record<string, unknown>>)[]
  /** Where records live. @default nothing: units of work hold nothing */
  readonly database?: Part
  /** Names that the app had before: a database is of one app, and may know it by one of them. @default none */
  readonly formerly?: readonly string[]
  /**
   * Whether the app serves one tenant or many. With `shared` the tenant of a call is its caller's, and each record is of one
   * tenant; with `none` any tenant but `main` is refused.
   *
   * @default 'none'
   */
  readonly tenancy?: Tenancy
  /**
   * What the work that the app declares may do: its handlers and projections run as `app:<name>` with these permissions,
   * e.g. `bank:transfer` or `bank:*`.
   *
   * @default none
   */
  readonly grants?: readonly string[]
  readonly hooks?: readonly Hook[]
  /** The app's configuration, read once from file, environment and flags: its type, or a port where commands read it. */
  readonly config?: Schema | ConfigPort
}

/** The commands and parts of a declared app: modules taken apart, and what parts and commands bring along. */
export interface AppParts {
  /** Every command, by full name, in the order of their names. */
  readonly commands: ReadonlyMap<string, AnyCommand>
  /** Every part that is no command: the database first, each before those that hold it. */
  readonly parts: readonly Part[]
}

/** A declared app. It starts nothing until it is opened. */
export interface App {
  readonly kind: 'app'
  readonly name: string
  readonly definition: AppDefinition
  /** Checks that the parts fit together and says what there is, without starting anything. */
  manifest(): Manifest
  /**
   * What it consists of, found without opening it and whether or not it is whole.
   *
   * @throws {Defect} DuplicateName
   * @example const { commands } = bank.parts()
   */
  parts(): AppParts
  open(options?: OpenOptions): Promise<OpenApp>
}
