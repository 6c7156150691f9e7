import type { Context } from './context.ts'
import { clientFailure, failureOf, misuse, type OutcomeError } from './failures.ts'
import { later, page } from './host.ts'
import type { AnyFailure } from './types.ts'

/** A request before it is sent. */
export interface ClientRequest {
  /** With its query. */
  readonly path: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: RequestInit['body']
  readonly signal: AbortSignal | undefined
  /** How long it may take until `end` is called; Infinity for as long as it likes. */
  readonly limitMs: number
}

/** A request that was answered. */
export interface Opened {
  readonly response: Response
  /** What is told of an exception while the body is read. */
  failureOf(cause: unknown): AnyFailure
  /** Ends the watch over its time. */
  end(): void
}

/** Sends a request; once more with new credentials where the first ones were refused. */
export async function open(context: Context, request: ClientRequest): Promise<Opened | AnyFailure> {
  const { signal, limitMs, path, method, headers, body } = request
  const limit = new Limit(signal, limitMs)
  const session = context.session()
  try {
    const { options } = context
    const url = context.url + path
    const init: RequestInit = { method, headers, body: body ?? null, signal: limit.signal }
    if (options.credentials !== undefined) init.credentials = options.credentials
    const authorization = options.authorization && (await context.authorize(false))
    if (authorization !== undefined) headers['authorization'] = authorization
    let response = await context.fetch(url, init)
    if (response.status === 401 && options.authorization && !session.aborted) {
      const renewed = await renewedSince(context, authorization)
      if (renewed !== undefined && renewed !== authorization && !session.aborted) {
        void response.body?.cancel()
        headers['authorization'] = renewed
        response = await context.fetch(url, init)
      }
    }
    return { response, failureOf: (cause) => limit.failureOf(cause), end: () => limit.end() }
  } catch (cause) {
    limit.end()
    return limit.failureOf(mistakeIn(context.url, headers) ?? cause)
  }
}

/** What no request can be sent with. Platforms repeat the value in what they say, which may be a secret. */
export function mistakeIn(url: string, headers: Readonly<Record<string, string>>): OutcomeError | undefined {
  for (const [name, value] of Object.entries(headers))
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      return misuse(
        name === 'idempotency-key' ? 'key' : name,
        'a header cannot hold it',
        /^authorization$/i.test(name) ? 'InvalidCredentials' : undefined,
      )
  if (URL.canParse(url, page.location?.origin) && !url.includes('@')) return undefined
  return misuse('url', 'write https://host')
}

/** Other credentials than those that were refused: what another request got meanwhile, or new ones. */
async function renewedSince(context: Context, refused: string | undefined): Promise<string | undefined> {
  const known = await context.authorize(false)
  return known === refused ? context.authorize(true) : known
}

/** Watches over the time of a request, and over who no longer wants it. */
class Limit {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  readonly #stop: (() => void) | undefined
  readonly #abort = () => this.#controller.abort()
  #isLate = false

  constructor(outer: AbortSignal | undefined, limitMs: number) {
    this.#outer = outer
    if (outer?.aborted) this.#abort()
    outer?.addEventListener('abort', this.#abort)
    if (limitMs === Infinity) return
    this.#stop = later(limitMs, () => {
      this.#isLate = true
      this.#abort()
    })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  end(): void {
    this.#stop?.()
    this.#outer?.removeEventListener('abort', this.#abort)
  }

  failureOf(cause: unknown): AnyFailure {
    if (this.#isLate) return clientFailure('DeadlineExceeded')
    if (this.#outer?.aborted) return clientFailure('Cancelled')
    return failureOf(cause)
  }
}
