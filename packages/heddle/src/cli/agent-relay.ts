import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Duplex, Writable } from 'node:stream'
import { type AnyFailure, type Outcome, systemFailure } from '@heddle/core'

type Id = string | number

/** What a line may say: a request has both an id and a method, an answer an id alone. */
interface Message {
  readonly id?: Id
  readonly method?: string
  readonly params?: { readonly requestId?: Id; readonly uri?: string }
}

/** What holds for a whole connection of older revisions of the protocol, so that it is said again on the next one. */
const lasting: ReadonlySet<string | undefined> = new Set([
  'initialize',
  'notifications/initialized',
  'logging/setLevel',
  'resources/subscribe',
])

/**
 * Hands on what an agent and the process that serves the app say to each other. That process may be started anew, as `heddle
 * dev` does at each change: the agent stays, and what it asks next goes to the new one.
 */
export class AgentRelay {
  readonly #output: Writable
  readonly #connect: () => Promise<Outcome<Duplex, AnyFailure>>
  readonly #lasting = new Map<string, { readonly line: string; readonly id: Id | undefined }>()
  readonly #pending = new Set<Id>()
  /** Answers to what was said again: the agent has them already. */
  readonly #known = new Set<Id>()
  readonly #over = Promise.withResolvers<void>()
  #served: Duplex | undefined
  #connecting: Promise<Duplex | undefined> | undefined
  #isClosed = false

  constructor(output: Writable, connect: () => Promise<Outcome<Duplex, AnyFailure>>) {
    this.#output = output
    this.#connect = connect
    this.#over.promise.catch(() => undefined)
    // Whoever reads our lines has gone: nobody is left to tell.
    output.on('error', () => this.close())
  }

  /**
   * Settles after `close`. Rejects when the agent may not be served any more.
   *
   * @throws {Failure} e.g. UnknownPrincipal
   */
  get over(): Promise<void> {
    return this.#over.promise
  }

  /** Finds the process that serves the app. @returns whether there is one */
  async find(): Promise<boolean> {
    return (await this.#serving()) !== undefined
  }

  /** Hands on a line of the agent. */
  async say(line: string): Promise<void> {
    const { id, method, params } = read(line)
    const served = await this.#serving()
    const isRequest = id !== undefined && method !== undefined
    if (method === 'resources/unsubscribe') this.#lasting.delete(`resources/subscribe ${params?.uri}`)
    if (served) {
      if (lasting.has(method)) this.#lasting.set(`${method} ${params?.uri}`, { line, id })
      if (isRequest) this.#pending.add(id)
      if (method === 'notifications/cancelled' && params?.requestId !== undefined)
        this.#pending.delete(params.requestId)
      await write(served, line)
    } else if (isRequest) await this.#tellLost(id)
  }

  close(): void {
    this.#isClosed = true
    this.#served?.destroy()
    this.#over.resolve()
  }

  #serving(): Promise<Duplex | undefined> {
    if (this.#served || this.#isClosed) return Promise.resolve(this.#served)
    return (this.#connecting ??= this.#begin().finally(() => (this.#connecting = undefined)))
  }

  async #begin(): Promise<Duplex | undefined> {
    const connected = await this.#connect()
    if (!connected.ok) {
      const [failure] = connected.errors
      if (failure!.facts.retry === 'never') this.#over.reject(failure)
      return undefined
    }
    const served = connected.value
    if (this.#isClosed) {
      served.destroy()
      return undefined
    }
    for (const { line, id } of this.#lasting.values()) {
      if (id !== undefined) this.#known.add(id)
      await write(served, line)
    }
    this.#served = served
    void this.#listen(served)
    return served
  }

  async #listen(served: Duplex): Promise<void> {
    try {
      for await (const line of createInterface({ input: served })) {
        const { id, method } = read(line)
        if (id !== undefined && method === undefined) {
          this.#pending.delete(id)
          if (this.#known.delete(id)) continue
        }
        await write(this.#output, line)
      }
    } catch {
      // However it ended, it is over.
    }
    served.destroy()
    this.#served = undefined
    this.#known.clear()
    if (this.#isClosed) return
    const lost = [...this.#pending]
    this.#pending.clear()
    for (const id of lost) await this.#tellLost(id)
    // Whether the agent is still served shows at once.
    await this.#serving()
  }

  #tellLost(id: Id): Promise<void> {
    const { message, help } = systemFailure('Unavailable', { what: 'The process that serves the app' })
    const error = { code: -32_000, message: help === undefined ? message : `${message} ${help}` }
    return write(this.#output, JSON.stringify({ jsonrpc: '2.0', id, error }))
  }
}

async function write(output: Writable, line: string): Promise<void> {
  if (output.destroyed || output.write(`${line}\n`)) return
  await Promise.race([once(output, 'drain'), once(output, 'close')]).catch(() => undefined)
}

/** What is no message is for the other side to judge. */
function read(line: string): Message {
  try {
    return (JSON.parse(line) ?? {}) as Message
  } catch {
    return {}
  }
}
