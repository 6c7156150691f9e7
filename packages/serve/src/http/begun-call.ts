import { type AnyCommand, type AnyFailure, type CallOptions, type Outcome, outgoingOutcome } from '@heddle/core'
import { mediaTypes, noSniffing } from './accept.ts'
import type { BegunEndpoint, CommandEndpoint } from './endpoint.ts'
import type { Answer, Exchange } from './exchange.ts'
import { prefersAsync, waitPreference } from './preferences.ts'

/** What answering needs of the call that began something. */
export interface BegunCall {
  readonly exchange: Exchange
  readonly endpoint: Pick<CommandEndpoint, 'encodeValue'>
  readonly begun: BegunEndpoint
  /** How the call was made. */
  readonly options: CallOptions
  readonly nowMs: () => number
  call(command: AnyCommand, input: unknown, options: CallOptions): Promise<Outcome<unknown, AnyFailure>>
  answer(value: unknown): Answer
  problem(errors: readonly AnyFailure[]): Answer
}

/**
 * Answers a call whose work goes on: at once with 202 and where to look at it, or, for whoever prefers to wait (RFC 7240),
 * as it ends. When the time is over before it has ended it is 202 all the same: the wait ends, not the work.
 */
export async function begunAnswer(begun: BegunCall, value: unknown): Promise<Answer> {
  const { run } = value as { readonly run: string }
  const { prefer } = begun.exchange.headers
  const seconds = waitPreference(prefer)
  const ended = seconds === undefined || seconds === 0 ? undefined : await outcomeWithin(begun, run, seconds)
  const answer = !ended
    ? accepted(begun, value, run)
    : ended.ok
      ? begun.answer(ended.value)
      : begun.problem(ended.errors)
  const applied = [
    ...(!ended && prefersAsync(prefer) ? ['respond-async'] : []),
    ...(seconds ? [`wait=${seconds}`] : []),
  ]
  if (applied.length === 0) return answer
  return { ...answer, headers: { ...answer.headers, 'preference-applied': applied.join(', ') } }
}

async function outcomeWithin({ begun, options, nowMs, call }: BegunCall, run: string, seconds: number) {
  const deadline = Math.min(nowMs() + seconds * 1000, options.deadline ?? Infinity)
  // Who could begin it may see how it ends; and waiting is no second use of the key.
  const waiting = {
    ...options,
    trusted: true,
    deadline,
    idempotencyKey: undefined,
    fences: undefined,
    from: 'code',
  } as const
  const outcome = await call(begun.awaits, { run }, waiting)
  const isLate = !outcome.ok && outcome.errors[0]!.code === 'DeadlineExceeded' && nowMs() >= deadline
  return isLate ? undefined : outgoingOutcome(begun.outgoing, outcome)
}

function accepted({ endpoint, begun }: BegunCall, value: unknown, run: string): Answer {
  const at = (path: string) => `${path}?run=${encodeURIComponent(run)}`
  return {
    status: 202,
    headers: {
      'content-type': mediaTypes.json,
      ...noSniffing,
      ...(begun.statusPath !== undefined && { location: at(begun.statusPath) }),
      ...(begun.watchPath !== undefined && { link: `<${at(begun.watchPath)}>; rel="monitor"` }),
    },
    body: endpoint.encodeValue(value),
  }
}
