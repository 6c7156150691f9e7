import { Defect, parseDuration, type Ports, sleep, systemFailure } from '@heddle/core'
import type { Client, JsonSchemaValidatorResult, Tool } from '@modelcontextprotocol/client'
import { answerQuestions } from './answer-questions.ts'
import { type McpServer, mcpToolsDefaults, type McpToolsOptions } from './options.ts'
import { transportTo } from './transport.ts'

/** What a connection needs of the app. */
export interface ConnectionHost {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'timers' | 'log'>
  readonly root: string
}

const firstDelayMs = 250
const longestDelayMs = 30_000

/**
 * The connection to a server, made when it is first needed. After one that failed the next waits, longer each time; calls meanwhile
 * fail at once.
 */
export class Connection {
  readonly #name: string
  readonly #server: McpServer
  readonly #options: McpToolsOptions
  readonly #host: ConnectionHost
  readonly #onTools: (tools: readonly Tool[]) => void
  #client: Promise<Client> | undefined
  #failures = 0
  #notBefore = 0
  #stop: AbortController | undefined
  #onClosed: (() => void) | undefined

  /** @param onTools is given the tools of the server whenever it says that they are others */
  constructor(
    name: string,
    server: McpServer,
    options: McpToolsOptions,
    host: ConnectionHost,
    onTools: (tools: readonly Tool[]) => void = () => undefined,
  ) {
    this.#name = name
    this.#server = server
    this.#options = options
    this.#host = host
    this.#onTools = onTools
  }

  /** Whether there is a connection, or one is being made. */
  get isOpen(): boolean {
    return this.#client !== undefined
  }

  /**
   * The connected client.
   *
   * @throws {Failure} Unavailable
   * @throws {Defect} ForbiddenAddress
   */
  client(): Promise<Client> {
    if (this.#client) return this.#client
    const { clock } = this.#host.ports
    if (clock.now() < this.#notBefore) return Promise.reject(this.unavailable())
    const connecting = this.#connect()
    this.#client = connecting
    connecting.then(
      () => (this.#failures = 0),
      () => this.#forget(connecting, true),
    )
    return connecting
  }

  /** Every tool of the server. @throws {Failure} Unavailable */
  async tools(): Promise<readonly Tool[]> {
    const client = await this.client()
    try {
      const { tools } = await client.listTools(undefined, { cacheMode: 'refresh', timeout: this.#connectMs })
      return tools
    } catch (cause) {
      this.drop(client)
      // It breaks off, or says what nobody understands.
      throw forbiddenIn(cause) ?? this.unavailable(cause)
    }
  }

  /** Lets go of a connection that does not work any more, so that the next call makes another one. */
  drop(client: Client): void {
    void this.#client
      ?.then((current) => current === client && this.#forget(this.#client!, false))
      .catch(() => undefined)
    void client.close().catch(() => undefined)
  }

  /** Stays connected from now on, so that the server can tell what changes. */
  keep(): void {
    this.#stop ??= new AbortController()
    void this.#stayConnected(this.#stop.signal)
  }

  async close(): Promise<void> {
    this.#stop?.abort()
    const connecting = this.#client
    this.#client = undefined
    // One that never was has nothing to close.
    const client = await connecting?.catch(() => undefined)
    await client?.close().catch(() => undefined)
  }

  async #stayConnected(signal: AbortSignal): Promise<void> {
    const { clock, timers, log } = this.#host.ports
    while (!signal.aborted) {
      try {
        const closed = new Promise<void>((resolve) => (this.#onClosed = resolve))
        await this.client()
        this.#onTools(await this.tools())
        await Promise.race([closed, untilAborted(signal)])
      } catch (thrown) {
        if (signal.aborted) return
        if (thrown instanceof Defect) return log.write('error', thrown.message)
        log.write('warning', `the MCP server ${this.#name} cannot be reached`, { cause: textOf(thrown) })
      }
      await sleep(timers, Math.max(firstDelayMs, this.#notBefore - clock.now()), signal).catch(() => undefined)
    }
  }

  async #connect(): Promise<Client> {
    const { ports, root } = this.#host
    const { answer } = this.#options
    const say = (text: string) => ports.log.write('debug', `${this.#name}: ${text.trimEnd()}`)
    const { Client } = await import('@modelcontextprotocol/client')
    const client = new Client(
      { name: 'heddle', version: '0.1.0' },
      {
        ...(answer && { capabilities: { elicitation: { form: { applyDefaults: true } } } }),
        // Answers are checked by the command, in time that no schema of the server can draw out.
        jsonSchemaValidator: { getValidator: () => unchecked },
        versionNegotiation: { mode: 'auto', probe: { timeoutMs: this.#connectMs } },
        listChanged: { tools: { onChanged: (_error, tools) => tools && this.#onTools(tools) } },
      },
    )
    if (answer) answerQuestions(client, answer)
    try {
      await client.connect(await transportTo(this.#server, root, say), { timeout: this.#connectMs })
    } catch (cause) {
      void client.close().catch(() => undefined)
      throw forbiddenIn(cause) ?? this.unavailable(cause)
    }
    const connected = this.#client
    client.onclose = () => {
      if (connected) this.#forget(connected, false)
    }
    return client
  }

  #forget(connecting: Promise<Client>, hasFailed: boolean): void {
    if (this.#client !== connecting) return
    this.#client = undefined
    const { clock, random } = this.#host.ports
    this.#failures = hasFailed ? this.#failures + 1 : 0
    // Full jitter: many apps that lost the same server do not come back at once.
    const most = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures)
    this.#notBefore = hasFailed ? clock.now() + random.next() * most : 0
    this.#onClosed?.()
  }

  /** The server cannot be reached, or not be understood. */
  unavailable(cause?: unknown) {
    return systemFailure('Unavailable', { what: `The MCP server ${this.#name}` }, { cause })
  }

  get #connectMs(): number {
    return parseDuration(this.#options.connectTimeout ?? mcpToolsDefaults.connectTimeout)
  }
}

/** The refusal of an address, which the libraries between wrap in errors of their own. */
export function forbiddenIn(thrown: unknown): Defect | undefined {
  for (let each = thrown; each instanceof Error; each = each.cause) if (each instanceof Defect) return each
  return undefined
}

const unchecked = <Value>(input: unknown): JsonSchemaValidatorResult<Value> => ({
  valid: true,
  data: input as Value,
  errorMessage: undefined,
})

const textOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown))

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
