import {
  type AnyFailure,
  type CallOptions,
  type Clock,
  type OpenApp,
  type Outcome,
  outgoingOutcome,
  parseTraceparent,
  type Progress,
  StreamedFile,
} from '@heddle/core'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import { answers } from './answers.ts'
import type { Downloads } from './downloads.ts'
import type { CallFrame } from './frame.ts'
import type { Outbox } from './outbox.ts'
import type { Served } from './served.ts'

/** What a call of a connection is made with. */
export interface CallSetup {
  readonly app: OpenApp
  /** The name of the surface. */
  readonly surface: string
  readonly outbox: Outbox
  readonly downloads: Downloads
}

/** A call that runs for a connection. */
export class OpenCall {
  readonly kind = 'call'
  readonly #setup: CallSetup
  readonly #frame: CallFrame
  #controller: AbortController | undefined
  /** Progress that the client was too slow to be told, and the newest of it. */
  #newest: Progress | undefined

  constructor(setup: CallSetup, frame: CallFrame) {
    this.#setup = setup
    this.#frame = frame
  }

  /** Ends it early; its outcome says so. */
  cancel(): void {
    ;(this.#controller ??= new AbortController()).abort()
  }

  /** Made when it is first asked for: most calls are over before anybody could cancel them. */
  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal
  }

  /** Calls, and sends what comes of it. */
  async run(
    { command, outgoing, encodeItem, encodeValue, isFile, inJson }: Served,
    input: unknown,
    caller: KnownCaller,
  ) {
    const { app, outbox, downloads } = this.#setup
    const { id } = this.#frame
    const send = (item: unknown) => {
      this.#tellNewest()
      return outbox.send(answers.item(id, encodeItem(item)))
    }
    const options = this.#options(caller, app.ports.clock, inJson ? inJson.items(send) : send)
    const called = app.call(command, input as never, options) as Promise<Outcome<unknown, AnyFailure>>
    const leaving = outgoingOutcome(outgoing, await called)
    const outcome = inJson ? await inJson.outcome(leaving) : leaving
    this.#tellNewest()
    if (!outcome.ok) outbox.send(answers.errors(id, outcome.errors, caller.isOperator))
    else if (isFile && outcome.value instanceof StreamedFile) await downloads.send(id, outcome.value, this.signal)
    else outbox.send(answers.value(id, encodeValue(outcome.value)))
  }

  #options(caller: KnownCaller, clock: Clock, onItem: CallOptions['onItem']): CallOptions {
    const { key, timeout, tenant, trace, fences } = this.#frame
    return {
      as: caller.as,
      tenant: tenant ?? caller.tenant,
      credentials: caller.credentials,
      from: 'json',
      signal: () => this.signal,
      idempotencyKey: key,
      deadline: timeout === undefined ? undefined : clock.now() + timeout * 1000,
      fences,
      parent: trace === undefined ? undefined : parseTraceparent(trace),
      surface: this.#setup.surface,
      onItem,
      onProgress: (progress) => this.#tell(progress),
    }
  }

  /** Tells progress, or keeps it until the client has caught up, in place of what is still kept. */
  #tell(progress: Progress): void {
    const { behind } = this.#setup.outbox
    if (behind && this.#newest === undefined) void behind.then(() => this.#tellNewest())
    this.#newest = progress
    if (!behind) this.#tellNewest()
  }

  #tellNewest(): void {
    if (this.#newest === undefined) return
    this.#setup.outbox.send(answers.progress(this.#frame.id, this.#newest))
    this.#newest = undefined
  }
}
