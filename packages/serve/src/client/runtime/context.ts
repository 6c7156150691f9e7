import type { AnyCommand, AnyFailure, Outcome, Progress } from './types.ts'

/** How a client reaches its server. */
export interface ClientOptions {
  /** Where the app is served, e.g. `https://bank.example`. @default the origin of the page */
  readonly url?: string
  /**
   * What the header `Authorization` says, e.g. `Bearer …`. Asked before each request; after a 401 it is asked once more, told
   * so, to get a new one: that is the place to refresh a token. Calls that wait for it share one answer.
   */
  readonly authorization?: (again: boolean) => string | undefined | Promise<string | undefined>
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** The tenant to act in, where the caller has several. */
  readonly tenant?: string
  /** Whether cookies go along. @default 'same-origin' */
  readonly credentials?: NonNullable<RequestInit['credentials']>
  /** How long a call may take, with all its retries. @default '30s' */
  readonly timeout?: string
  /** How often a call is made again that may be. @default 2 */
  readonly retries?: number
  /** Sends calls of one turn of the event loop as one request. @default false */
  readonly batch?: boolean
  /** Tells other tabs of the same app which answers a command made old. @default in pages */
  readonly tabs?: boolean
  /** In place of HTTP, e.g. `webSocket()`. */
  readonly transport?: Transport
  /** In place of the platform's. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

/** How one call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** How long it may take, with all its retries. @default that of the client */
  readonly timeout?: string | undefined
  /** A repeated call with the same key runs once. @default one of its own for each call that changes something */
  readonly key?: string | undefined
  readonly retries?: number | undefined
  readonly batch?: boolean | undefined
  readonly tenant?: string | undefined
  /** Told how far the call is. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** A call on its way, its options worked out. */
export interface Attempt {
  readonly command: AnyCommand
  readonly input: unknown
  readonly key: string | undefined
  readonly signal: AbortSignal | undefined
  /** How long it may still take; Infinity for as long as it likes. */
  readonly leftMs: number
  /** Whether the server is told of that, too. */
  readonly tellsTimeout: boolean
  readonly tenant: string | undefined
}

/** A piece of a streamed answer. */
export type Piece =
  | { readonly item: unknown }
  | { readonly progress: Progress }
  | { readonly value: unknown }
  | { readonly errors: readonly AnyFailure[] }

/** What is subscribed to. */
export type Wanted =
  | { readonly query: string; readonly input: unknown }
  | { readonly events: readonly string[]; readonly after: number | undefined }

/** What a subscription brings: JSON, not restored. */
export type Pushed =
  | { readonly id: string; readonly value: unknown }
  | { readonly id: string; readonly event: unknown }
  | { readonly id: string; readonly behind: unknown }
  | { readonly id: string; readonly position: true }
  | { readonly errors: readonly AnyFailure[] }

/** Another way to a server than HTTP. */
export interface Transport {
  /** Is given the context of the client once. */
  open(context: Context): OpenTransport
}

/** A transport of one client. Nothing of it throws but what is iterated when the connection breaks. */
export interface OpenTransport {
  /** Makes a call and tells what it brings; the value is JSON, not restored. */
  pieces(attempt: Attempt): AsyncIterable<Piece>
  subscribe(wanted: Wanted, last: string | undefined, signal: AbortSignal): AsyncIterable<Pushed>
  /** What is asked from now on is asked by somebody else. */
  reset?(): void
  close(): void
}

/** What the parts of a client share. */
export interface Context {
  readonly options: ClientOptions
  /** Without a slash at its end. */
  readonly url: string
  readonly timeoutMs: number
  readonly retries: number
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Ends with the client. */
  readonly signal: AbortSignal
  /** The `Authorization` of the next request. */
  authorize(again: boolean): Promise<string | undefined>
  /** Ends when somebody else signs in, or nobody. */
  session(): AbortSignal
  /** Told of the outcome of a call that changed something. */
  changed(command: AnyCommand, outcome: Outcome<unknown>): void
}
