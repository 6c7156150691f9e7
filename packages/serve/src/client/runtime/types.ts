import type { Cast, Casts } from './cast.ts'
import type { SystemCode } from './system-code.ts'

/** What to do next: nothing, something else first, or the same again after so many milliseconds. */
export type Retry = 'never' | 'later' | { readonly afterMs: number }

/**
 * An error as data. `code` and `data` are those that the command declares; `key` is its public address, e.g.
 * `data/cents:TooSmall`.
 */
export interface Failure<Code extends string = string, Data = unknown, Key extends string = string> {
  readonly code: Code
  // The known keys are offered by editors; those that name an index or a further command are no mistake.
  readonly key: Key | (string & {})
  /** Where in the input it lies. */
  readonly path: readonly (string | number)[]
  /** The commands that it crossed, outermost first. */
  readonly via: readonly string[]
  readonly category: string
  readonly severity: string
  /** For people. */
  readonly message: string
  readonly data: Data
  readonly retry: Retry
  /** What to do about it. */
  readonly help?: string
}

/** An error that every call can have. */
export type SystemFailure<Key extends string = string> = Failure<SystemCode, unknown, Key>

/** Any error. */
export type AnyFailure = Failure<string, unknown>

/** What a call ends with. Expected errors are never thrown. */
export type Outcome<Value, Errors = AnyFailure> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly errors: readonly Errors[] }

/** How far a call is. */
export interface Progress {
  readonly [field: string]: unknown
}

/** What a client knows of a command: plain data, so that bundlers leave out what is not called. */
export interface Command<Input = unknown, Value = unknown, Errors = AnyFailure, Item = never> {
  readonly name: string
  /** Of what the manifest said of it. */
  readonly hash: string
  readonly kind: 'command' | 'query'
  /** Its method and path, e.g. `PUT /books/{id}`. @default `POST` at its name */
  readonly at?: string
  /** May be repeated without a key. */
  readonly idempotent?: true
  /** Answers with a secret, which no repeated call is shown again: it takes no key, and is made once. */
  readonly keyless?: true
  /** Answers in pieces. */
  readonly streamed?: true
  /** Answers with a file. */
  readonly file?: true
  /** Where files stand in its input, e.g. `photo` or `order.receipt`. */
  readonly uploads?: readonly string[]
  /** What is not JSON in what comes back. */
  readonly value?: Cast
  readonly item?: Cast
  readonly errors?: Readonly<Record<string, Cast>>
  readonly types?: Casts
  /** The queries whose answers it may change. */
  readonly dirties?: readonly string[]
  /** Only for the compiler; never there. */
  readonly of?: { readonly input: Input; readonly value: Value; readonly errors: Errors; readonly item: Item }
}

/** A command of any types. */
export type AnyCommand = Command<unknown, unknown, AnyFailure, unknown>

/** A command whose work goes on after it has answered, and those that tell of it. */
export interface Workflow<Input, Value, Errors, Ended, Failed, Status> extends Command<Input, Value, Errors> {
  readonly awaits: () => Command<{ readonly run: string }, Ended, Failed>
  readonly watch: () => Command<{ readonly run: string }, unknown, AnyFailure, Status>
  readonly cancel?: () => Command<{ readonly run: string }, unknown, AnyFailure>
}

/**
 * A record that is not loaded: its key. Keys of one entity do not pass for those of another; a plain value may be any key.
 */
export type Unloaded<Entity extends string, Key> = Key & { readonly ofEntity?: Entity }

/** The query that gives a record by its key. */
export interface Loader<Field extends string, Key, Value, Errors = AnyFailure> {
  readonly entity: string
  /** The field of a record that is its key. */
  readonly key: Field
  /** The field of the query's input that takes it. */
  readonly field: string
  readonly by: () => Command<unknown, Value, Errors>
  /** Only for the compiler; never there. */
  readonly of?: { readonly key: Key }
}

/** What a client knows of an event. */
export interface EventType<Data = unknown> {
  readonly name: string
  readonly hash: string
  /** What is not JSON in its data. */
  readonly data?: Cast
  readonly types?: Casts
  /** Only for the compiler; never there. */
  readonly of?: { readonly data: Data }
}
