import type { CommandSection, Maybe } from '@heddle/core'

/** A text that agents may read, e.g. a guide. */
export interface McpDocument {
  readonly title?: string
  readonly description?: string
  /** @default 'text/markdown' */
  readonly mediaType?: string
  /** Asked each time that it is read, where it is a function. */
  readonly text: string | (() => Maybe<string>)
}

/** What of an app is served to agents by the Model Context Protocol, over whichever transport. */
export interface McpServing {
  /** Which commands are served. @default all that the caller may call, but those that operate the app */
  readonly commands?: (command: CommandSection) => boolean
  /** Also serve the commands that operate the app, of the domain `heddle`. @default false */
  readonly operations?: boolean
  /** For people. @default the name of the app */
  readonly title?: string
  /** What an agent should know before it begins. */
  readonly instructions?: string
  /** Texts to read, by name, at `heddle://documents/{name}`. */
  readonly documents?: Readonly<Record<string, McpDocument>>
  /** Entries on a page of a list. @default 100 */
  readonly pageSize?: number
  /** How many items of a streamed answer its result lists (limit `mcp.maxItems`). @default 10000 */
  readonly maxItems?: number
  /** Larger files are no result of a tool (limit `mcp.maxFileBytes`). @default 10 MiB */
  readonly maxFileBytes?: number
}

/** How `mcp()` serves an app over Streamable HTTP. */
export interface McpOptions extends McpServing {
  /** @default '/mcp' */
  readonly path?: string
  /** Host names that requests of pages may be for, beside those of this machine and the `hosts` of `http()`, e.g. `api.example.com`. */
  readonly hosts?: readonly string[]
  /** Origins whose pages may send requests, beside its own and those of `cors`. */
  readonly origins?: readonly string[]
  /**
   * `required` answers requests of strangers with 401, which has an agent sign in. @default 'required' where it is known
   * who issues tokens, as with `jwt()`; else 'optional'
   */
  readonly signIn?: 'required' | 'optional'
  /** Who issues tokens for this server: told to agents that look for a way to sign in (RFC 9728). @default the issuer of `jwt()` */
  readonly authorizationServers?: readonly string[]
  /** Its public URL, e.g. `https://api.example.com/mcp`. @default what the request was sent to */
  readonly url?: string
  /** Sessions of clients that speak a revision before 2026-07-28. */
  readonly sessions?: {
    /** How many there may be (limit `mcp.sessions`). @default 1000 */
    readonly most?: number
    /** One that is not used for so long ends. @default '30m' */
    readonly idle?: string
  }
}

/** What holds where nothing else is said. */
export const mcpDefaults = {
  path: '/mcp',
  pageSize: 100,
  maxItems: 10_000,
  maxFileBytes: 10 * 1024 * 1024,
  sessions: { most: 1000, idle: '30m' },
} as const
