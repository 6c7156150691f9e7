import type { Principal } from '../command/access.ts'
import type { Clock } from './clock.ts'
import type { Maybe } from './maybe.ts'
import type { Random } from './random.ts'
import type { SystemCode } from '../error/codes.ts'
import type { Part } from '../app/part.ts'
import type { NewDeadLetter } from './dead-letters.ts'
import type { Unit } from './transactions.ts'

/** What a port may know of the call that uses it. */
export interface PortScope {
  /** Full name of the command that uses the port. */
  readonly command: string
  readonly tenant: string
  /** Who calls; undefined for a stranger, and for calls from the app's own code. */
  readonly principal?: Principal
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** The input as the caller gave it, once text became values; only for a command that uses a port with `keepsAsked`. */
  readonly asked?: unknown
  /** The call's unit of work; opened by the first use. */
  readonly unit: Unit
  /** Makes a UUIDv7. */
  newId(): string
  /** Runs something once the call's writes are durable; never when they are not. It must not throw. */
  afterCommit(run: () => void): void
  /** Keeps a dead letter with the call's writes; where there is no database, once the call is over. */
  keepLetter(letter: NewDeadLetter): void
}

/**
 * Something a command needs: a repository, or a service outside the app such as a mailer. A command lists it in `uses`
 * and takes it by `ctx.use`.
 */
export interface Port<Service = unknown> {
  readonly kind: 'port'
  readonly name: string
  /** Its effects cannot be rolled back, so after a use the command is not run again on a conflict. */
  readonly external: boolean
  /** Ports that live in the unit of work make their service themselves; the others are provided by a part. */
  readonly bind?: (scope: PortScope) => Service
  /** It wants the input as it was given, before types transformed it and records were loaded. */
  readonly keepsAsked?: boolean
  /**
   * The names of the entities whose records it may read, so that who watches a query knows when to ask again. Missing for a
   * port that lives in the unit of work: maybe any; for another one: none.
   */
  readonly reads?: () => Iterable<string>
  /**
   * Calls back whenever its service may answer otherwise than before, for one whose answers rest on its own memory, e.g. a
   * live view: who watches a query then asks it again. It must not throw, and may be called often.
   *
   * @returns the way to stop
   */
  watch?(service: Service, changed: () => void): () => void
  /** What an app needs for this port and takes in by itself, e.g. the entity of a repository. */
  readonly part?: Part
  /**
   * What a command that writes through it may end with, beside what any write may. A function tells it of an app that
   * consists of these parts.
   */
  readonly failures?: readonly SystemCode[] | ((parts: readonly Part[]) => readonly SystemCode[])
  /** Carries the type only. */
  readonly service?: Service
}

/** What `ctx.use(port)` gives. */
export type ServiceOf<P> = P extends Port<infer Service> ? Service : never

/**
 * Declares an external service that an app must provide.
 *
 * @example
 * export const Mailer = port<{ send(to: string, text: string): Promise<void> }>('mail.Mailer')
 * app('shop', { parts: [placeOrder, provide(Mailer, smtpMailer(url))] })
 */
export function port<Service>(name: string, { external = true }: { external?: boolean } = {}): Port<Service> {
  return { kind: 'port', name, external }
}

/** A record type that an input can refer to by its key. Entities are. */
export interface Referable<Record = unknown, Key = unknown> {
  readonly name: string
  /** The Zod type of the key. */
  readonly keyType: { readonly _zod: { readonly output: Key; readonly input: Key } }
  /** Reads the records in the unit of the call; `undefined` where there is none, in the order of the keys. */
  load(scope: PortScope, keys: readonly Key[]): Maybe<readonly (Record | undefined)[]>
}
