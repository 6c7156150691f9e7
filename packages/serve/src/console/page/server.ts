import {
  type AnyFailure,
  type Client,
  clientOf,
  type Command,
  type Outcome,
  type Streamed,
} from '../../client/runtime/index.ts'
import type { AppFacts, CommandFact } from '../app-facts.ts'

/** Where the console is served. */
const below = '/_heddle/console'

/** How long a call of the page may take. */
const timeout = '10m'

/** What the page asks of its server: everything by the client that apps have, below the console's own address. */
export class Server {
  /** In the place of the app's facts until they are there. */
  facts: AppFacts = { app: '', mode: '', manifest: '', pushes: false, commands: [], events: [], workflows: [] }
  /** The header `Authorization`; kept nowhere but here. */
  authorization: string | undefined
  /** Acts in this tenant. */
  tenant: string | undefined
  readonly #byName = new Map<string, CommandFact>()
  #client: Client = this.#connect()

  /** Everything from now on is asked by somebody else, or for another tenant. */
  become(authorization: string | undefined, tenant: string | undefined): void {
    this.authorization = authorization
    this.tenant = tenant
    this.#client.close()
    this.#client = this.#connect()
  }

  /** Asks for something of the console's own. */
  ask(path: string, signal?: AbortSignal): Promise<Response> {
    return fetch(`${below}/${path}`, { headers: this.#headers(), signal: signal ?? null })
  }

  /** Reads anew what there is in the app. */
  async readFacts(): Promise<void> {
    const answer = await this.ask('app.json')
    if (!answer.ok) throw new Error(`app.json: ${answer.status}`)
    this.facts = (await answer.json()) as AppFacts
    this.#byName.clear()
    for (const fact of this.facts.commands) this.#byName.set(fact.name, fact)
  }

  /** A command of the app by its full name. */
  find(name: string): CommandFact | undefined {
    return this.#byName.get(name)
  }

  /** Whether Heddle's own commands are in the app. */
  get hasOperations(): boolean {
    return this.#byName.has('heddle.Ping')
  }

  call<Value>(
    name: string,
    input: unknown,
    signal?: AbortSignal,
    uploads?: readonly string[],
  ): Promise<Outcome<Value>> {
    return this.#client.call(this.#command<Value>(name, uploads), input, { timeout, signal, retries: 0 })
  }

  stream<Item, Value>(name: string, input: unknown, signal: AbortSignal): Streamed<Item, Value, AnyFailure> {
    return this.#client.stream(this.#command<Value, Item>(name), input, { signal })
  }

  /** Each new answer of a query; the only one there is where nothing is pushed. */
  async *live<Value>(name: string, input: unknown, signal: AbortSignal): AsyncGenerator<Outcome<Value>, void, void> {
    if (!this.facts.pushes) return yield await this.call<Value>(name, input, signal)
    yield* this.#client.live(this.#command<Value>(name), input, { signal })
  }

  /** What the client has to know of a command; its types are for the compiler alone. */
  #command<Value, Item = never>(name: string, uploads?: readonly string[]): Command<unknown, Value, AnyFailure, Item> {
    const fact = this.#byName.get(name)
    return {
      name,
      hash: '',
      kind: fact?.kind ?? 'command',
      ...(fact?.streamed && { streamed: true }),
      ...(fact?.file && { file: true }),
      ...(uploads && { uploads }),
    }
  }

  #connect(): Client {
    return clientOf(
      { app: '', manifest: '' },
      {
        url: location.origin + below + '/api',
        headers: { 'heddle-console': '1' },
        authorization: () => this.authorization,
        tabs: false,
        ...(this.tenant !== undefined && { tenant: this.tenant }),
      },
    )
  }

  #headers(): Record<string, string> {
    return {
      'heddle-console': '1',
      ...(this.authorization !== undefined && { authorization: this.authorization }),
      ...(this.tenant !== undefined && { 'heddle-tenant': encodeURIComponent(this.tenant) }),
    }
  }
}
