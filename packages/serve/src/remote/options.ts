import type { Access, Manifest } from '@heddle/core'
import type { RemoteManifest } from './contract.ts'
import type { TextFormats } from './type-from-json.ts'

/** What the credentials of a call may depend on. */
export interface AuthorizationRequest {
  /** What `config` of this app was read as. */
  readonly config: unknown
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The tenant of the call; `main` where the app itself asks. */
  readonly tenant: string
  /** Whether the other app has refused what was given before (401): a token that expired is fetched anew. */
  readonly refused: boolean
}

/** What `Authorization` holds, or what says it for each call. */
export type Authorization =
  | string
  | ((request: AuthorizationRequest) => string | undefined | Promise<string | undefined>)

/** What the tenant of a call may depend on. */
export type TenantRequest = Pick<AuthorizationRequest, 'config' | 'environment' | 'tenant'>

/** The tenant in which calls are made there, or what says it for each call; undefined names none. */
export type RemoteTenant = string | ((request: TenantRequest) => string | undefined)

/** How another app is called. */
export interface RemoteOptions {
  /**
   * What the other app tells of itself: the address where it does (`https://…/_heddle/manifest.json`), a file, or the manifest,
   * as `heddle remote add` writes it. A relative path counts from the folder of the app.
   */
  readonly manifest: string | URL | Manifest | RemoteManifest
  /** Where it is served. @default where its manifest is fetched from */
  readonly url?: string | URL
  /** The commands to bring in. @default all that the manifest names */
  readonly commands?: readonly string[]
  /** Put before each name: `partner` makes `partner.billing.Charge` of `billing.Charge`. @default none: the same names */
  readonly prefix?: string
  /**
   * Who may call them from outside of this app, for all or by name. They are called with this app's credentials, so they are
   * closed unless it is said.
   *
   * @default closed; with `forward`, whoever the other app lets
   */
  readonly access?: Access | Readonly<Record<string, Access>>
  /** The credentials of this app, e.g. `Bearer …`. @default none */
  readonly authorization?: Authorization
  /**
   * Calls are made with what the caller showed to be known by in `Authorization`, and never with credentials of this app:
   * neither `authorization` nor such `headers` can stand beside it. @default false
   */
  readonly forward?: boolean
  /** Further headers, e.g. `{ 'x-api-key': key }`. */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * In which tenant of the other app calls are made: any that the credentials allow, `main` too.
   *
   * @default that of the call, where this app has many; where it has one, none is named
   */
  readonly tenant?: RemoteTenant
  /**
   * The types of this app for texts of a format, e.g. `{ decimal: decimal() }`, whose values are written as such texts.
   *
   * @default those that the manifest was written with by `heddle remote add`; else they are text
   */
  readonly formats?: TextFormats
  /** How long a call may take that streams nothing, all attempts together. @default '30s' */
  readonly timeout?: string
  /** How often a call is made again that failed in passing, and that may be made again. @default 2 */
  readonly retries?: number
  /** Lets it lie in a private network, e.g. on this machine. @default false */
  readonly allowPrivate?: boolean
  /** In production, an app whose commands no longer fit keeps this one from starting, unless it is only to warn. @default 'refuse' */
  readonly onIncompatible?: 'warn' | 'refuse'
  /** Connections at a time; further calls wait for one. @default 64 */
  readonly connections?: number
  /** How many calls wait for a connection at most; more end with `LimitReached` (limit `remote.waiting`). @default 10000 */
  readonly waiting?: number
  /** Larger answers are refused, in bytes (limit `remote.maxAnswerBytes`). @default 16 MiB */
  readonly maxAnswerBytes?: number
}

/** What holds where nothing else is said. */
export const remoteDefaults = {
  timeout: '30s',
  retries: 2,
  connections: 64,
  waiting: 10_000,
  maxAnswerBytes: 16 * 1024 * 1024,
} as const
