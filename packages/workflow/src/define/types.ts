import type {
  Access,
  AnyCommand,
  AnyFailure,
  Command,
  ErrorsOf,
  ErrorTypes,
  Fail,
  FailureOf,
  InputFor,
  InputOf,
  Outcome,
  OutputOf,
  Part,
  Schema,
  Severity,
  ValueOf,
} from '@heddle/core'
import type { Renames } from '../body/earlier-keys.ts'
import type { RunStatus } from '../ways/run-status.ts'

/** A length of time: `250ms`, `2s`, `7d`, or milliseconds. */
export type Duration = string | number

/** The types of the data that signals bring, by their names. */
export type SignalTypes = Readonly<Record<string, Schema>>

/** An approval that a run may wait for. */
export interface ApprovalType {
  /** What whoever answers fills in. */
  readonly form: Schema
  /** Who may answer it. @default who may start the workflow */
  readonly by?: Access
  /** One line, for those who are to answer. */
  readonly summary?: string
}

/** The approvals that runs of a workflow may wait for, by their names. */
export type ApprovalTypes = Readonly<Record<string, ApprovalType>>

/** The answer to an approval. */
export interface Approved<Form> {
  readonly answer: Form
  /** The id of the principal who answered. */
  readonly by: string | undefined
  readonly at: Date
}

/** An update that a run may be sent: a signal with an answer. */
export interface UpdateType {
  readonly input: Schema
  readonly output: Schema
}

/** What runs of a workflow may be asked for while they are under way, by names. */
export type QueryTypes = Readonly<Record<string, Schema>>

/** The updates that runs of a workflow may be sent, by their names. */
export type UpdateTypes = Readonly<Record<string, UpdateType>>

/** How one step is tried. */
export interface StepOptions {
  /** How often a failure that says `retry` is tried in all, with growing pauses. @default 10 */
  readonly attempts?: number
}

/**
 * Calls a command as a step: in a unit of work of its own, which holds its journal entry too. It is never called again once
 * that is durable.
 */
export interface Step<Callable extends AnyCommand> {
  /** The value; a failure of the command ends the run with it, unless it is caught. */
  <C extends Callable>(id: string, command: C, input: InputFor<C>, options?: StepOptions): Promise<ValueOf<C>>
  /** The outcome. */
  try<C extends Callable>(
    id: string,
    command: C,
    input: InputFor<C>,
    options?: StepOptions,
  ): Promise<Outcome<ValueOf<C>, ErrorsOf<C>>>
}

/** Runs another workflow as a part of this one. */
export interface Child<Children extends AnyWorkflow> {
  /** Waits for its value; its failure ends this run, unless it is caught. */
  <W extends Children>(id: string, workflow: W, input: InputFor<W['command']>): Promise<WorkflowValue<W>>
  /** Waits for its outcome. */
  try<W extends Children>(
    id: string,
    workflow: W,
    input: InputFor<W['command']>,
  ): Promise<Outcome<WorkflowValue<W>, AnyFailure>>
  /** Starts it and does not wait. */
  start<W extends Children>(id: string, workflow: W, input: InputFor<W['command']>): Promise<{ readonly run: string }>
}

/** What a branch, an iteration or the body itself may do. Each scope is a part of the path of its journal's keys. */
export interface Scope<
  Steps extends AnyCommand = AnyCommand,
  Signals extends SignalTypes = SignalTypes,
  Children extends AnyWorkflow = AnyWorkflow,
  Approvals extends ApprovalTypes = ApprovalTypes,
  Updates extends UpdateTypes = UpdateTypes,
> {
  readonly step: Step<Steps>
  readonly child: Child<Children>
  /** Waits for a time or until one, for months if need be. Nothing is held in memory meanwhile. */
  sleep(id: string, time: Duration | { readonly until: Date }): Promise<void>
  /**
   * Waits for a signal. What was sent before it was asked for is not lost.
   *
   * @param options.id its own, where one scope waits for the same signal several times
   */
  signal<Name extends keyof Signals & string>(name: Name, options?: { id?: string }): Promise<OutputOf<Signals[Name]>>
  /** The same, or undefined when the time is over. */
  signal<Name extends keyof Signals & string>(
    name: Name,
    options: { id?: string; timeout: Duration },
  ): Promise<OutputOf<Signals[Name]> | undefined>
  /**
   * Waits for somebody's approval. It is listed for those who may answer, and answered once.
   *
   * @param options.id its own, where one scope waits for the same approval several times
   */
  approval<Name extends keyof Approvals & string>(
    name: Name,
    options?: { id?: string },
  ): Promise<Approved<OutputOf<Approvals[Name]['form']>>>
  /** The same, or undefined when the time is over. */
  approval<Name extends keyof Approvals & string>(
    name: Name,
    options: { id?: string; timeout: Duration },
  ): Promise<Approved<OutputOf<Approvals[Name]['form']>> | undefined>
  /**
   * Waits for an update, and answers it with what `take` makes of its input; a failure that it returns refuses the update,
   * and the next one is waited for.
   *
   * @param options.id its own, where one scope waits for the same update several times
   */
  update<Name extends keyof Updates & string>(
    name: Name,
    take: (input: OutputOf<Updates[Name]['input']>) => Taken<Updates[Name]>,
    options?: { id?: string },
  ): Promise<OutputOf<Updates[Name]['output']>>
  /** The same, or undefined when the time is over. */
  update<Name extends keyof Updates & string>(
    name: Name,
    take: (input: OutputOf<Updates[Name]['input']>) => Taken<Updates[Name]>,
    options: { id?: string; timeout: Duration },
  ): Promise<OutputOf<Updates[Name]['output']> | undefined>
  /** Remembers what undoes what was done: when the run fails or is cancelled, it is called, the last one first. */
  compensate<C extends Steps>(id: string, command: C, input: InputFor<C>): void
  /** Runs branches at the same time, and waits for all of them. The first failure in their order is thrown. */
  all<Branches extends Readonly<Record<string, Branch<Steps, Signals, Children, Approvals, Updates>>>>(
    branches: Branches,
  ): Promise<{ [Name in keyof Branches]: Awaited<ReturnType<Branches[Name]>> }>
  /** Runs branches at the same time. The first that ends decides, and the others are given up. */
  race<Branches extends Readonly<Record<string, Branch<Steps, Signals, Children, Approvals, Updates>>>>(
    id: string,
    branches: Branches,
  ): Promise<
    {
      [Name in keyof Branches & string]: { readonly winner: Name; readonly value: Awaited<ReturnType<Branches[Name]>> }
    }[keyof Branches & string]
  >
  /**
   * Runs branches at the same time until so many have succeeded, or so many have failed that it cannot be; the others are
   * given up. Winners are in the order in which they ended.
   */
  quorum(
    id: string,
    needed: number,
    branches: Readonly<Record<string, Branch<Steps, Signals, Children>>>,
  ): Promise<Outcome<readonly { readonly name: string; readonly value: unknown }[], AnyFailure>>
  /**
   * Runs something whose failure is not that of the run: what it said how to undo is undone, the last one first, and the
   * failure is the outcome. A cancellation goes through it.
   */
  attempt<Value>(run: () => Promise<Value>): Promise<Outcome<Value, AnyFailure>>
  /**
   * Runs a body for each element. Results are in the order of the elements.
   *
   * @param options.key what an element is called in the journal: it must be its own whatever the order
   * @param options.concurrency how many at a time @default 8
   */
  each<Item, Result>(
    id: string,
    items: readonly Item[],
    options: { readonly key: (item: Item, index: number) => string; readonly concurrency?: number },
    body: (item: Item, scope: Scope<Steps, Signals, Children, Approvals, Updates>, index: number) => Promise<Result>,
  ): Promise<Result[]>
  /** Runs a body again and again, until it gives something other than undefined. */
  loop<Result>(
    id: string,
    body: (scope: Scope<Steps, Signals, Children, Approvals, Updates>, index: number) => Promise<Result | undefined>,
    options?: { readonly limit?: number },
  ): Promise<Result>
  /** The time, as it was when it was first asked for. */
  now(id: string): Promise<Date>
  /** A random number in [0, 1), the same on each replay. */
  random(id: string): Promise<number>
}

/** What a body makes of an update: its answer, or why it is refused. */
type Taken<Type extends UpdateType> =
  | InputOf<Type['output']>
  | AnyFailure
  | Promise<InputOf<Type['output']> | AnyFailure>

/** One of several things that go on at a time. */
export type Branch<
  Steps extends AnyCommand,
  Signals extends SignalTypes,
  Children extends AnyWorkflow,
  Approvals extends ApprovalTypes = ApprovalTypes,
  Updates extends UpdateTypes = UpdateTypes,
> = (scope: Scope<Steps, Signals, Children, Approvals, Updates>) => Promise<unknown>

/** What the body of a workflow is given. */
export interface WorkflowArgs<
  Input extends Schema,
  Errors extends ErrorTypes,
  Steps extends AnyCommand,
  Signals extends SignalTypes,
  Children extends AnyWorkflow,
  Approvals extends ApprovalTypes = {},
  Updates extends UpdateTypes = {},
  Queries extends QueryTypes = {},
> extends Scope<Steps, Signals, Children, Approvals, Updates> {
  readonly input: OutputOf<Input>
  readonly run: { readonly id: string; readonly tenant: string }
  readonly fail: Fail<Errors>
  /** Ends this run, and goes on in a new one with a journal that is empty. */
  continueAs(input: InputOf<Input>): Promise<never>
  /** Says what the query of that name answers while the run is under way. */
  expose<Name extends keyof Queries & string>(name: Name, tell: () => InputOf<Queries[Name]>): void
  /** Writes to the log, but not when the journal is replayed. */
  log(severity: Severity, message: string, fields?: Record<string, unknown>): void
}

/** What a workflow's definition consists of. */
export interface WorkflowDefinition<
  Input extends Schema,
  Output extends Schema,
  Errors extends ErrorTypes,
  Steps extends readonly AnyCommand[],
  Signals extends SignalTypes,
  Children extends readonly AnyWorkflow[],
  Approvals extends ApprovalTypes = {},
  Updates extends UpdateTypes = {},
  Queries extends QueryTypes = {},
> {
  readonly summary?: string
  readonly description?: string
  /** The ids of the requirements that it meets, e.g. `['FR-12']`. */
  readonly requirements?: readonly string[]
  /**
   * Inputs of runs, to show in documents and to try. What is sent to a run has its examples in the metadata of its type:
   * `z.object({ … }).meta({ examples: [{ … }] })`.
   */
  readonly examples?: readonly unknown[]
  readonly input: Input
  readonly output: Output
  readonly errors?: Errors
  /** Who may start it from outside, and look at, wait for, cancel and signal its runs. Closed unless stated. */
  readonly access?: Access
  /**
   * Who may call one of the commands that it brings, where that is somebody else: `await`, `get`, `watch`, `cancel`, or the
   * name of a signal. Needed where `access` is a rule, which is about the input of a run.
   */
  readonly accessTo?: Readonly<Record<string, Access>>
  /** The commands that it calls as steps. */
  readonly steps?: Steps
  /** The workflows that it runs as parts of itself. */
  readonly children?: Children
  /** What may be sent to a run, by name. */
  readonly signals?: Signals
  /** What its runs may wait for somebody to approve, by name. */
  readonly approvals?: Approvals
  /** What its runs may be sent and answer, by name. */
  readonly updates?: Updates
  /** What its runs may be asked for while they are under way, by name: what the body exposes. */
  readonly queries?: Queries
  /** The queue in which its runs wait for their turn. @default 'default' */
  readonly queue?: string
  /** Names the code, where older code is kept in `versions`. @default '1' */
  readonly version?: string
  /** Older code that open runs may go on with: workflows of the same name. */
  readonly versions?: readonly AnyWorkflow[]
  /** Names that steps and scopes had before, by what they are called now: `{ charge: 'pay' }`. */
  readonly renamedFrom?: Renames
  readonly run: (
    args: WorkflowArgs<Input, Errors, Steps[number], Signals, Children[number], Approvals, Updates, Queries>,
  ) => Promise<InputOf<Output> | FailureOf<Errors>>
}

/** The run-time side of a workflow. */
export interface WorkflowFacts {
  readonly name: string
  readonly version: string
  readonly queue: string
  readonly input: Schema
  readonly output: Schema
  readonly errors: ErrorTypes
  readonly steps: readonly AnyCommand[]
  readonly children: readonly AnyWorkflow[]
  readonly signals: SignalTypes
  readonly approvals: ApprovalTypes
  readonly updates: UpdateTypes
  readonly queries: QueryTypes
  readonly versions: readonly AnyWorkflow[]
  readonly renamedFrom: Renames
  /** Whether something in its input, its outcome or its steps is marked, so that its runs are encrypted where they are kept. */
  readonly isMarked: boolean
  readonly body: (args: never) => Promise<unknown>
}

/** A durable command: a part of an app. Started by its name over every surface, it answers with its run. */
export interface Workflow<
  Name extends string = string,
  Input = unknown,
  Value = unknown,
  Errors = unknown,
> extends Part {
  readonly name: Name
  readonly facts: WorkflowFacts
  /** The command that starts a run. */
  readonly command: Command<Name, Input, RunHandle, never, never>
  /** The commands that it brings for its runs. */
  readonly ways: Ways<Value, Errors>
  readonly types?: { readonly value: Value; readonly errors: Errors }
  /** Where it is a plan: the code of another plan of it, which is kept in the database. Undefined where it cannot run. */
  older?(plan: unknown): WorkflowFacts | undefined
}

/** The commands that a workflow brings for its runs: of `orders.PlaceOrder` they are `orders.GetPlaceOrder` and so on. */
export interface Ways<Value = unknown, Errors = unknown> {
  /** Waits for the end of a run, and ends as it ends. */
  readonly awaits: Command<string, { readonly run: string }, Value, Errors, never>
  /** Tells where a run stands. */
  readonly status: Command<string, { readonly run: string }, RunStatus<Value>, never, never>
  /** Streams where a run stands, until its end. */
  readonly watch: Command<string, { readonly run: string }, RunStatus<Value>, never, never, RunStatus<Value>>
  readonly cancel: Command<string, { readonly run: string }, { readonly run: string }, never, never>
  /** By the names of the signals: each takes `{ run, data }`. */
  readonly signals: Readonly<Record<string, AnyCommand>>
  /** By the names of the approvals: each takes `{ run, key?, answer }`. */
  readonly approvals: Readonly<Record<string, AnyCommand>>
  /** By the names of the updates: each takes `{ run, input }` and waits for the answer. */
  readonly updates: Readonly<Record<string, AnyCommand>>
  /** By the names of the queries: each takes `{ run }`. */
  readonly queries: Readonly<Record<string, AnyCommand>>
}

/** A workflow of whatever types. */
export type AnyWorkflow = Workflow

/** What a run of the workflow ends with. */
export type WorkflowValue<W extends AnyWorkflow> = NonNullable<W['types']>['value']

/** A run, as those see it who started it. */
export interface RunHandle {
  readonly run: string
  readonly workflow: string
  readonly state: string
}
