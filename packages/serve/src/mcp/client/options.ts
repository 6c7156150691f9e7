import type { Access, AnyCommand, JsonSchema, Maybe } from '@heddle/core'
import type { AuthProvider, OAuthClientProvider } from '@modelcontextprotocol/client'

/** A server that is started as a process and spoken with over its standard input and output. */
export interface StdioServer {
  readonly command: string
  readonly args?: readonly string[]
  /** Added to the few variables that any process needs; no other one of this process is handed on. */
  readonly env?: Readonly<Record<string, string>>
  /** @default the folder of the app */
  readonly cwd?: string
}

/** A server at a URL, spoken with over Streamable HTTP. */
export interface HttpServer {
  readonly url: string
  /** Sent with each request; a function is asked before each, e.g. for a token that changes. */
  readonly headers?: Readonly<Record<string, string>> | (() => Readonly<Record<string, string>>)
  /**
   * Signs in where the server asks for OAuth, e.g. the SDK's `new ClientCredentialsProvider({ clientId, clientSecret })` for an app
   * that calls as itself.
   */
  readonly auth?: AuthProvider | OAuthClientProvider
  /** Lets the URL lead into a private network or to this machine. @default false */
  readonly allowPrivate?: boolean
}

/** Where tools come from. */
export type McpServer = StdioServer | HttpServer

/** What a field of an answer may hold. */
export type McpAnswer = string | number | boolean | readonly string[]

/** What a server asks in the middle of a call, of whoever uses it. */
export interface McpQuestion {
  readonly message: string
  /** JSON Schema of the fields that it wants: texts, numbers, booleans and choices. */
  readonly schema: JsonSchema
}

/** How the tools of a server become commands. */
export interface McpToolsOptions {
  /** What a tool's command is called, by the name of the tool, e.g. `{ read_file: 'OpenFile' }`. @default `read_file` is `ReadFile` */
  readonly names?: Readonly<Record<string, string>>
  /**
   * Who may call from outside, by the name of the tool; `*` is every other one. The app's own code may call all of them.
   *
   * @default nobody
   */
  readonly allow?: Readonly<Record<string, Access>>
  /**
   * Answers what the server asks in the middle of a call: fields by their names, where those that have a default may be left out;
   * undefined declines.
   *
   * @default the server is told that nobody can be asked
   */
  readonly answer?: (question: McpQuestion) => Maybe<Readonly<Record<string, McpAnswer>> | undefined>
  /**
   * What stands in for the tools in tests and simulations, where nothing outside is called: implementations of contracts, e.g.
   * `[readNote.implement({ run: () => ({ text: 'milk' }) })]`.
   *
   * @default nothing: the tools are not there
   */
  readonly simulated?: readonly AnyCommand[]
  /** How long a call may take. @default '60s' */
  readonly timeout?: string
  /** How long the server may take until it answers for the first time. @default '10s' */
  readonly connectTimeout?: string
}

export const mcpToolsDefaults = { timeout: '60s', connectTimeout: '10s' } as const
