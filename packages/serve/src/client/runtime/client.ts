import { restore } from './cast.ts'
import type { Query } from './cached-query.ts'
import { Caller } from './call.ts'
import type { CallOptions, ClientOptions, Context, Pushed, Wanted } from './context.ts'
import { type Compatibility, comparedWith } from './compatible.ts'
import { type EventOptions, type Told, toldEvents } from './events.ts'
import { misuse, valueOf } from './failures.ts'
import { page, toMs } from './host.ts'
import { subscribed } from './live.ts'
import { Queries, type QueryOptions } from './queries.ts'
import { restoredFailure } from './over-http.ts'
import { either, type Run, runOf } from './run.ts'
import { type Streamed, streamed } from './streamed.ts'
import type { AnyCommand, AnyFailure, Command, EventType, Loader, Outcome, Workflow } from './types.ts'

/** Options of what is not one answer. */
export type StreamOptions = Omit<CallOptions, 'retries' | 'batch'>

/** Calls the commands of one app. */
export interface Client {
  /** Calls a command. Expected errors are in the outcome; it never rejects. */
  call<Input, Value, Errors, Item>(
    command: Command<Input, Value, Errors, Item>,
    input: NoInfer<Input>,
    options?: CallOptions,
  ): Promise<Outcome<Value, Errors>>
  /** The value of a call; throws an `OutcomeError` where there is none. */
  callOrThrow<Input, Value, Errors, Item>(
    command: Command<Input, Value, Errors, Item>,
    input: NoInfer<Input>,
    options?: CallOptions,
  ): Promise<Value>
  /** Loads a record by its key, or anew where it was told, by the query of the app that gives it. */
  load<Field extends string, Key, Value, Errors>(
    loader: Loader<Field, Key, Value, Errors>,
    record: NoInfer<Key | Readonly<Record<Field, Key>>>,
    options?: CallOptions,
  ): Promise<Outcome<Value, Errors>>
  /** Calls a command whose answer comes in pieces. */
  stream<Input, Value, Errors, Item>(
    command: Command<Input, Value, Errors, Item>,
    input: NoInfer<Input>,
    options?: StreamOptions,
  ): Streamed<Item, Value, Errors>
  /** Begins something that goes on, and gives its handle. */
  start<Input, Value, Errors, Ended, Failed, Status>(
    command: Workflow<Input, Value, Errors, Ended, Failed, Status>,
    input: NoInfer<Input>,
    options?: CallOptions,
  ): Promise<Outcome<Run<Ended, Failed, Status>, Errors>>
  /** The handle of what was begun, by its id. */
  run<Input, Value, Errors, Ended, Failed, Status>(
    command: Workflow<Input, Value, Errors, Ended, Failed, Status>,
    run: string,
  ): Run<Ended, Failed, Status>
  /** A query whose answer is kept, and asked for anew when a command of this app has changed what it may be. */
  query<Input, Value, Errors>(
    query: Command<Input, Value, Errors>,
    input: NoInfer<Input>,
    options?: QueryOptions,
  ): Query<Value, Errors>
  /** Each new answer of a query, pushed; ends after the first that failed. */
  live<Input, Value, Errors>(
    query: Command<Input, Value, Errors>,
    input: NoInfer<Input>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Outcome<Value, Errors>>
  /** Events, pushed, without a gap. Throws an `OutcomeError` when the server refuses them. */
  events<Types extends readonly EventType[]>(types: Types, options?: EventOptions): AsyncIterable<ToldOf<Types[number]>>
  /**
   * Asks the server whether it still fits what this client was made from. Fails with `Incompatible`, whose data tells the
   * changes.
   *
   * @param commands those that matter. @default all that there were
   */
  connect(commands?: readonly Pick<AnyCommand, 'name' | 'hash'>[]): Promise<Outcome<Compatibility>>
  /**
   * Forgets all answers and credentials: somebody else is signed in, or nobody. Calls on their way end as they would, but are
   * not made again; subscriptions go on with the new credentials, or end where they are not allowed by them.
   */
  reset(): void
  /** Ends subscriptions and frees everything. */
  close(): void
}

/** The event of a type. */
export type ToldOf<Type extends EventType> = Type extends EventType<infer Data> ? Told<Type['name'], Data> : never

/** What a client was made from. */
export interface MadeFrom {
  readonly app: string
  /** The hash of the manifest. */
  readonly manifest: string
}

/** Makes a client of an app. Nothing is sent before the first call. */
export function clientOf(from: MadeFrom, options: ClientOptions): Client {
  const closing = new AbortController()
  const origin = options.url ?? page.location?.origin
  if (origin === undefined) throw misuse('url', 'write https://host')
  let renewing: Promise<string | undefined> | undefined
  let session = new AbortController()
  const credentials = async (again: boolean) => {
    try {
      return await options.authorization?.(again)
    } catch {
      // What it says may hold what is secret.
      throw misuse('authorization', 'it threw', 'InvalidCredentials')
    }
  }
  const context: Context = {
    options,
    url: origin.replace(/\/+$/, ''),
    timeoutMs: toMs(options.timeout ?? '30s'),
    retries: options.retries ?? 2,
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    signal: closing.signal,
    session: () => session.signal,
    authorize(again) {
      if (!again) return renewing ?? credentials(false)
      if (renewing) return renewing
      const asked = credentials(true).finally(() => {
        if (renewing === asked) renewing = undefined
      })
      return (renewing = asked)
    },
    changed({ dirties }) {
      if (dirties && dirties.length > 0) queries().changed(dirties)
    },
  }
  const transport = options.transport?.open(context)
  const caller = new Caller(context, transport)
  let kept: Queries | undefined
  const channel = (options.tabs ?? page.document !== undefined) ? `heddle ${context.url}` : undefined
  const queries = () => (kept ??= new Queries({ ask: (command, input) => caller.call(command, input), live }, channel))

  const pushed = (wanted: Wanted, signal: AbortSignal | undefined): AsyncIterable<Pushed> =>
    subscribed(context, transport, wanted, either(closing.signal, signal))

  async function* live(command: AnyCommand, input: unknown, signal?: AbortSignal) {
    for await (const message of pushed({ query: command.name, input }, signal)) {
      if ('errors' in message)
        yield { ok: false, errors: message.errors.map((error) => restoredFailure(command, error)) } as const
      else if ('value' in message)
        yield { ok: true, value: restore(command.value, message.value, command.types) } as const
    }
  }

  const client = {
    call: (command: AnyCommand, input: unknown, how?: CallOptions) => caller.call(command, input, how),
    callOrThrow: async (command: AnyCommand, input: unknown, how?: CallOptions) =>
      valueOf(await caller.call(command, input, how)),
    load({ by, field, key }: AnyLoader, told: unknown, how?: CallOptions) {
      const own = typeof told === 'object' ? (told as Readonly<Record<string, unknown>> | null)?.[key] : told
      return caller.call(by(), { [field]: own }, how)
    },
    stream: (command: AnyCommand, input: unknown, how: StreamOptions = {}) =>
      streamed((left) => caller.pieces(command, input, { ...how, signal: either(left, how.signal) }), how.onProgress),
    async start(command: AnyWorkflow, input: unknown, how?: CallOptions) {
      const outcome = await caller.call(command, input, how)
      if (!outcome.ok) return outcome
      const { run } = outcome.value as { readonly run: string }
      return { ok: true, value: runOf(caller, command, run) } as const
    },
    run: (command: AnyWorkflow, run: string) => runOf(caller, command, run),
    query: (command: AnyCommand, input: unknown, how: QueryOptions = {}) => queries().query(command, input, how),
    live: (command: AnyCommand, input: unknown, how: { readonly signal?: AbortSignal | undefined } = {}) =>
      live(command, input, how.signal),
    events: (types: readonly EventType[], { signal, after }: EventOptions = {}) =>
      toldEvents(types, pushed({ events: types.map(({ name }) => name), after }, signal)),
    connect: (commands?: readonly Pick<AnyCommand, 'name' | 'hash'>[]) => comparedWith(context, from, commands),
    reset() {
      renewing = undefined
      session.abort()
      session = new AbortController()
      transport?.reset?.()
      kept?.reset()
    },
    close() {
      closing.abort()
      transport?.close()
      kept?.close()
    },
  }
  // What goes over the wire has no types; the descriptors of the commands say what they are.
  return client as unknown as Client
}

type AnyLoader = Loader<string, unknown, unknown, AnyFailure>
type AnyWorkflow = AnyCommand & Parameters<typeof runOf>[1]
