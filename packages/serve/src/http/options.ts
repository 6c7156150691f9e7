import { type AnyCommand, type DecodeLimits, decodeLimits, type Ports, type Principal } from '@heddle/core'
import type { RateLimit } from '../access/rate-limits.ts'
import type { LiveOptions } from '../live/live-options.ts'
import type { ChangeRequest } from './change-request.ts'
import type { CorsOptions } from './cors.ts'
import type { CompressionOptions } from './finish-answer.ts'
import type { HttpRequest } from './exchange.ts'
import type { Mount } from './mount.ts'

/**
 * Says who sends a request; `undefined` is a stranger. Throwing a failure refuses the request with it.
 *
 * @example
 * const authenticate = (request) => sessions.get(request.header('authorization') ?? '')
 */
export type Authenticate = (
  request: HttpRequest,
  ports: Ports,
) => Principal | undefined | Promise<Principal | undefined>

/** What is served, and to whom: the same for every server that it is mounted on. */
export interface HandlerOptions extends DecodeLimits {
  /** Without it everyone is a stranger, and only commands with `access: 'public'` are open. */
  readonly authenticate?: Authenticate
  /** Changes or refuses a request before anything else looks at it, also one for a WebSocket. */
  readonly changeRequest?: ChangeRequest
  /** Goes into `WWW-Authenticate` of a 401. @default 'Bearer' */
  readonly challenge?: string
  /** How many calls are let through, and for whom they count. @default no limits */
  readonly rateLimits?: readonly RateLimit[]
  /**
   * Addresses and networks of the proxies in front, e.g. `10.0.0.0/8`: only what they write into `X-Forwarded-For` is
   * believed. @default none: the sender is who is connected
   */
  readonly trustedProxies?: readonly string[]
  /** Routes beside `POST /{domain}/{Command}`, e.g. `{ 'GET /accounts/{id}': findAccount }`. */
  readonly routes?: Readonly<Record<string, AnyCommand>>
  /** `routes` serves only what `routes` lists. @default 'all' */
  readonly commands?: 'all' | 'routes'
  /**
   * Names under which it is asked for, e.g. `['shop.example.com']`: requests for others are refused, but for those of this
   * machine and for addresses. @default any in production; in development, where it listens for this machine alone, no others
   */
  readonly hosts?: readonly string[]
  /** Pages of other origins may call. @default off: browsers let only pages of the same origin call */
  readonly cors?: CorsOptions
  /** Sends text smaller to those who can read it; `false` never does. @default from 1 KiB */
  readonly compression?: CompressionOptions | false
  /**
   * How long clients may use the answer of a query without asking again, by the command's name, e.g.
   * `{ 'flights.ListAirports': '1h' }`. @default they keep it and ask each time
   */
  readonly maxAge?: Readonly<Record<string, string>>
  /** Serves the page `/` that lists the commands. @default true */
  readonly page?: boolean
  /** Serves the OpenAPI document at `/openapi.json`. @default true */
  readonly openApi?: boolean
  /**
   * Serves what strangers may know of the app at `/_heddle/manifest.json`, and says at `/_heddle/compatible` whether a client fits.
   *
   * @default true
   */
  readonly manifest?: boolean
  /** Serves `/metrics` to operators and to this machine, where calls are observed. @default true */
  readonly metrics?: boolean
  /** Pushes new answers of queries and events below `/_heddle/live`, where the app keeps events. @default on */
  readonly live?: LiveOptions | false
  /** Serves `/debug` and what is below it to those who hold `heddle:operate`. @default false */
  readonly debug?: boolean
  /** What is served beside commands, e.g. `[webSocket()]`. @default nothing */
  readonly mounts?: readonly Mount[]
  /** Longer request targets get 414. @default 8192 */
  readonly maxUrlBytes?: number
}

/** How `http()` serves an app. */
export interface HttpOptions extends HandlerOptions {
  /** @default 'http'; two surfaces of one app need two names */
  readonly name?: string
  /** 0 takes a free one. @default the environment's PORT, or 3000 */
  readonly port?: number
  /** @default '127.0.0.1': this machine alone */
  readonly host?: string
  /** All headers of a request together; more get 431. @default 16384 */
  readonly maxHeaderBytes?: number
  /** A request that is not whole by then gets 408. @default '30s' */
  readonly requestTimeout?: string
  /** Headers that are not whole by then get 408. @default '10s' */
  readonly headersTimeout?: string
  /** A connection is closed when no request follows for so long. @default '5s' */
  readonly keepAliveTimeout?: string
  /** Further connections are closed at once. @default 10000 */
  readonly maxConnections?: number
  /** How long it says that it is not ready before it takes no more connections: time for a load balancer. @default '0ms' */
  readonly drainDelay?: string
}

/** What holds where nothing else is said. */
export const httpDefaults = {
  ...decodeLimits,
  host: '127.0.0.1',
  port: 3000,
  maxUrlBytes: 8192,
  maxHeaderBytes: 16_384,
  requestTimeout: '30s',
  headersTimeout: '10s',
  keepAliveTimeout: '5s',
  maxConnections: 10_000,
  drainDelay: '0ms',
} as const
