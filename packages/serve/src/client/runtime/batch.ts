import { toJsonText } from './body.ts'
import { outcomeOf, restored } from './call.ts'
import type { Attempt, Context, Piece } from './context.ts'
import { clientFailure, failed, failureOf } from './failures.ts'
import { newKey } from './new-key.ts'
import { linesIn } from './lines.ts'
import { open } from './open.ts'
import { baseHeaders, errorsOf, graceMs } from './over-http.ts'
import type { AnyFailure, Outcome } from './types.ts'

/** How many calls go in one request. */
const most = 500

interface Waiting {
  readonly attempt: Attempt
  readonly line: string
  readonly end: (outcome: Outcome<unknown>) => void
}

/** Gathers the calls of one turn of the event loop and sends them as one request. Each has its own outcome, as soon as it ends. */
export class Batches {
  readonly #context: Context
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(context: Context) {
    this.#context = context
  }

  /** Throws for an input that cannot be sent: it is none of the others' business. */
  call(attempt: Attempt): Promise<Outcome<unknown>> {
    const line = lineOf(attempt)
    return new Promise((resolve) => {
      const { signal, tenant = '' } = attempt
      const cancel = () => end(failed(clientFailure('Cancelled')))
      const end = (outcome: Outcome<unknown>) => {
        signal?.removeEventListener('abort', cancel)
        resolve(outcome)
      }
      if (signal?.aborted) return cancel()
      signal?.addEventListener('abort', cancel)
      const waiting = this.#waiting.get(tenant) ?? []
      if (waiting.length === 0) queueMicrotask(() => this.#flush(tenant))
      this.#waiting.set(tenant, [...waiting, { attempt, line, end }])
    })
  }

  #flush(tenant: string): void {
    const waiting = this.#waiting.get(tenant) ?? []
    this.#waiting.delete(tenant)
    for (let start = 0; start < waiting.length; start += most) void this.#send(waiting.slice(start, start + most))
  }

  async #send(calls: readonly Waiting[]): Promise<void> {
    const unanswered = new Map(calls.entries())
    const failure = await this.#exchange(calls, unanswered).catch(failureOf)
    for (const { end } of unanswered.values()) end(failed(failure))
  }

  /** A call that ends meanwhile, or in another process, is none to cancel: no answer is waited for. */
  async #cancel(id: string, at: number, tenant: string | undefined): Promise<void> {
    const headers = baseHeaders(this.#context, '*/*', tenant)
    const path = `/_heddle/batch/cancel?id=${id}&at=${at}`
    const { signal } = this.#context
    const opened = await open(this.#context, { path, method: 'POST', headers, signal, limitMs: 10 * graceMs })
    if ('response' in opened) opened.end()
  }

  /** Ends the calls that are answered. What it returns has befallen the others. */
  async #exchange(calls: readonly Waiting[], unanswered: Map<number, Waiting>): Promise<AnyFailure> {
    const [{ attempt: first }] = calls as readonly [Waiting]
    const headers = baseHeaders(this.#context, 'application/x-ndjson', first.tenant)
    headers['content-type'] = 'application/x-ndjson'
    const limitMs = Math.max(...calls.map(({ attempt }) => attempt.leftMs)) + graceMs
    const body = calls.map(({ line }) => line).join('')
    const left = new AbortController()
    const id = newKey()
    const isLeft = () => [...unanswered.values()].every(({ attempt }) => attempt.signal?.aborted)
    // The server hears of what nobody waits for any more: what runs is cancelled there too.
    const leave = (at: number) => {
      if (unanswered.size > 0 && isLeft()) left.abort()
      else if (unanswered.has(at)) void this.#cancel(id, at, first.tenant)
    }
    const stopped = new AbortController()
    for (const [at, { attempt }] of calls.entries())
      attempt.signal?.addEventListener('abort', () => leave(at), { signal: stopped.signal })
    const request = {
      path: `/_heddle/batch?id=${id}`,
      method: 'POST',
      headers,
      body,
      signal: left.signal,
      limitMs,
    } as const
    const opened = await open(this.#context, request)
    if (!('response' in opened)) {
      stopped.abort()
      return opened
    }
    try {
      const { response } = opened
      if (!response.ok || !response.body) return (await errorsOf(undefined, response))[0]!
      for await (const line of linesIn(response.body)) {
        const { at, ...piece } = JSON.parse(line) as Piece & { readonly at?: number }
        // A line without a place is about the whole request.
        if (at === undefined) return outcomeFailure(piece as Piece)
        const call = unanswered.get(at)
        unanswered.delete(at)
        if (call) call.end(outcomeOf(restored(call.attempt.command, piece as Piece)))
        if (unanswered.size > 0 && isLeft()) left.abort()
      }
      return clientFailure('Unavailable', { reason: 'the answer broke off' })
    } catch (cause) {
      return opened.failureOf(cause)
    } finally {
      stopped.abort()
      opened.end()
    }
  }
}

const outcomeFailure = (piece: Piece): AnyFailure =>
  'errors' in piece && piece.errors[0] ? piece.errors[0] : clientFailure('Unavailable')

function lineOf({ command, input, key, leftMs, tellsTimeout }: Attempt): string {
  const timeout = tellsTimeout ? leftMs / 1000 : undefined
  return `${toJsonText({ call: command.name, input, key, timeout })}\n`
}
