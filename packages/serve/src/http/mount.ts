import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Json, OpenApp } from '@heddle/core'
import type { Caller } from './call-endpoint.ts'
import type { PlainEndpoints } from './endpoint.ts'
import type { HttpRequest } from './exchange.ts'
import type { HandlerOptions } from './options.ts'

/**
 * Something that an HTTP surface serves beside commands, on its address and for the same callers, e.g. `webSocket()`. It
 * declares; nothing starts before the surface does.
 */
export interface Mount {
  /** What it is called in the manifest, and the surface that its calls say they came by. One surface has each name once. */
  readonly name: string
  /** What the manifest says of it. @default its name alone */
  describe?(): { readonly [field: string]: Json }
  /** @throws {Defect} InvalidDefinition, MissingPart */
  mount(host: MountHost): Mounted
}

/** What a mount is handed. */
export interface MountHost {
  readonly app: OpenApp
  /** Those of the surface: limits, origins, and who is asked for credentials. */
  readonly options: HandlerOptions
  /** Who sends a request, as for every call of the surface. */
  callerOf(request: HttpRequest): Caller | Promise<Caller>
}

/** Takes over a connection that asked to be upgraded. */
export type Upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void

/** A mount at work. */
export interface Mounted {
  readonly endpoints?: PlainEndpoints
  /** By path. Only a server of Node's own upgrades connections; a fetch handler cannot. */
  readonly upgrades?: Readonly<Record<string, Upgrade>>
  /** Names that it is served at, beside the `hosts` of its surface. */
  readonly hosts?: readonly string[] | undefined
  /** What whoever starts the server is told beside its address, a line each. */
  told?(url: string): readonly string[]
  /** Takes no new work and waits for what runs, before the server waits for its connections. */
  drain?(): void | Promise<void>
  /** Frees everything. */
  stop?(): void | Promise<void>
}
