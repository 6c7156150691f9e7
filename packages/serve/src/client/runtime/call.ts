import { Batches } from './batch.ts'
import { restore } from './cast.ts'
import type { Attempt, CallOptions, Context, OpenTransport, Piece } from './context.ts'
import { clientFailure, failed, failureOf, isPassing, rejected } from './failures.ts'
import { clockMs, jittered, pause, toMs } from './host.ts'
import { newKey } from './new-key.ts'
import { callOverHttp, piecesOverHttp, restoredFailure } from './over-http.ts'
import type { AnyCommand, AnyFailure, Outcome, Progress } from './types.ts'

/** Makes calls of one client. */
export class Caller {
  readonly #context: Context
  readonly #transport: OpenTransport | undefined
  readonly #batches: Batches

  constructor(context: Context, transport: OpenTransport | undefined) {
    this.#context = context
    this.#transport = transport
    this.#batches = new Batches(context)
  }

  async call(command: AnyCommand, input: unknown, options: CallOptions = {}): Promise<Outcome<unknown>> {
    const outcome = await this.#repeated(command, input, options).catch(rejected)
    if (outcome.ok) this.#context.changed(command, outcome)
    return outcome
  }

  /** Calls, and again where that does no harm and may help. */
  async #repeated(command: AnyCommand, input: unknown, options: CallOptions): Promise<Outcome<unknown>> {
    const { retries = this.#context.retries, signal } = options
    const session = this.#context.session()
    const limitMs = options.timeout === undefined ? this.#context.timeoutMs : toMs(options.timeout)
    const until = clockMs() + limitMs
    const isSafe = command.kind === 'query' || command.idempotent === true
    const isKeyless = isSafe || retries === 0 || command.keyless === true
    let key = options.key ?? (isKeyless ? undefined : newKey())
    for (let count = 0; ; count++) {
      const leftMs = count === 0 ? limitMs : until - clockMs()
      const tellsTimeout = options.timeout !== undefined
      const tenant = options.tenant ?? this.#context.options.tenant
      const attempt = { command, input, key, signal, leftMs, tellsTimeout, tenant }
      const outcome = await this.#once(attempt, options)
      if (outcome.ok) return outcome
      if (key !== options.key && takesNoKey(outcome.errors[0])) {
        // It was refused before it did anything.
        key = undefined
        continue
      }
      // Nobody's call is made again in the name of somebody else.
      if (count >= retries || session.aborted || !(isSafe || key !== undefined)) return outcome
      const waitMs = pauseAfter(outcome.errors[0], count)
      if (waitMs === undefined || clockMs() + waitMs >= until) return outcome
      await pause(waitMs, signal)
      if (signal?.aborted || session.aborted) return failed(clientFailure('Cancelled'))
    }
  }

  /** The pieces of a call, dates and the like restored. */
  async *pieces(command: AnyCommand, input: unknown, options: CallOptions = {}): AsyncGenerator<Piece, void, void> {
    const { signal, timeout, key, tenant = this.#context.options.tenant } = options
    try {
      const leftMs = timeout === undefined ? Infinity : toMs(timeout)
      const attempt = { command, input, key, signal, leftMs, tellsTimeout: timeout !== undefined, tenant }
      const isUpload = command.uploads !== undefined
      const pieces =
        this.#transport && !isUpload ? this.#transport.pieces(attempt) : piecesOverHttp(this.#context, attempt)
      for await (const piece of pieces) yield restored(command, piece)
    } catch (cause) {
      yield { errors: [failureOf(cause)] }
    }
  }

  #once(attempt: Attempt, { batch = this.#context.options.batch, onProgress }: CallOptions): Promise<Outcome<unknown>> {
    const { command } = attempt
    const isWhole = command.file === true || command.uploads !== undefined
    if (this.#transport && !isWhole) return endOf(command, this.#transport.pieces(attempt), onProgress)
    if (onProgress && !isWhole) return endOf(command, piecesOverHttp(this.#context, attempt), onProgress)
    if (batch && !isWhole && !command.streamed) return this.#batches.call(attempt)
    return command.streamed
      ? endOf(command, piecesOverHttp(this.#context, attempt), onProgress)
      : callOverHttp(this.#context, attempt)
  }
}

/** Whether a call was refused for its key alone: what is behind it shows a secret, which no record may hold. */
const takesNoKey = (failure: AnyFailure | undefined) =>
  failure?.code === 'InvalidOption' && (failure.data as { readonly option?: string }).option === 'idempotencyKey'

/** The longest pause between two tries, but for what an error tells. */
const longestPauseMs = 3000

/** How long to wait before the same call may do better; undefined where it will not. */
export function pauseAfter(failure: AnyFailure | undefined, count: number): number | undefined {
  if (!failure) return undefined
  const { code, retry } = failure
  const soon = (ms: number) => jittered(Math.min(longestPauseMs, ms * 2 ** count))
  // Not before the time that the error tells, and each time a little later.
  if (typeof retry === 'object') return Math.max(retry.afterMs, soon(2 * retry.afterMs))
  const isAway = isPassing(failure) && code !== 'DeadlineExceeded'
  return isAway && retry === 'later' ? soon(200) : undefined
}

/** What pieces end with. */
async function endOf(
  command: AnyCommand,
  pieces: AsyncIterable<Piece>,
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<Outcome<unknown>> {
  for await (const piece of pieces) {
    if ('progress' in piece) onProgress?.(piece.progress)
    else if (!('item' in piece)) return outcomeOf(restored(command, piece))
  }
  return failed(clientFailure('Cancelled'))
}

/** The outcome in the last piece. */
export const outcomeOf = (piece: Piece): Outcome<unknown> => {
  if ('errors' in piece) return { ok: false, errors: piece.errors }
  return { ok: true, value: 'value' in piece ? piece.value : undefined }
}

/** A piece with dates and the like in it. */
export function restored(command: AnyCommand, piece: Piece): Piece {
  if ('item' in piece) return { item: restore(command.item, piece.item, command.types) }
  if ('value' in piece) return { value: restore(command.value, piece.value, command.types) }
  if ('errors' in piece) return { errors: piece.errors.map((error) => restoredFailure(command, error)) }
  return piece
}
