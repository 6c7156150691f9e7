import type { FailureJson, OpenApp } from '@heddle/core'
import type { News } from './faults.ts'
import type { People } from './principals.ts'
import type { Subject } from './subject.ts'

/** An outcome as JSON, with the items that came before it. */
export type ToldOutcome = { readonly items?: readonly unknown[] } & (
  | { readonly ok: true; readonly value?: unknown }
  | { readonly ok: false; readonly errors: readonly FailureJson[] }
)

/** How a call is made. */
export interface Asked {
  /** The name of who calls. */
  readonly as: string
  /** @default that of the caller */
  readonly tenant?: string
  readonly key?: string
  readonly timeoutMs?: number
  /** The caller leaves when it aborts. */
  readonly signal?: AbortSignal
}

/** An app at work, and where it is. */
export interface Setting {
  readonly subject: Subject
  /** The app in this process. */
  readonly app: OpenApp
  /** Where its HTTP surface listens. */
  readonly url: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  readonly people: People
  /** Hands on what an app in another process tells. */
  tell(news: News): void
}

/** A way in that is open. */
export interface Door {
  /**
   * What came of a call, as its caller is told; nothing where the caller left and is told nothing, `nowhere` where the way in does
   * not know the command, and `nobody` where no call is made because nobody is known by that id.
   */
  call(name: string, input: unknown, asked: Asked): Promise<ToldOutcome | undefined | 'nowhere' | 'nobody'>
  close(): Promise<unknown>
}

/** Calls the commands of an app over one surface, as a client of it does. */
export interface Driver {
  /** The name of the surface, and the transport where it has several. */
  readonly surface: string
  readonly transport?: string
  /** Whether its callers sit at the machine, so that they are told the insides of system errors. */
  readonly isOperators?: boolean
  open(setting: Setting): Promise<Door>
}
