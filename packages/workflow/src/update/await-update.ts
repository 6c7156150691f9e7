import { castInput, castOutput, Failure, type Json, toJson } from '@heddle/core'
import type { Execution } from '../body/execution.ts'
import type { Strand } from '../body/strand.ts'
import { durationMs } from '../define/duration.ts'
import type { Duration } from '../define/types.ts'

/** The signal that an update is sent by. */
export const updateSignal = (name: string): string => `update ${name}`

/** What update a run waits for by a signal; undefined where it is another signal. */
export const updateOf = (signal: string | undefined): string | undefined =>
  signal?.startsWith(updateSignal('')) ? signal.slice(updateSignal('').length) : undefined

/** How an update was answered, as the journal holds it. */
export interface UpdateAnswer {
  readonly update: string
  readonly value?: Json
  /** Why the body refused it. */
  readonly error?: Json
}

/** How a body takes an update. */
interface Taking {
  readonly key: string
  readonly name: string
  readonly timeout?: Duration | undefined
  take(input: unknown): unknown
}

/**
 * Waits for an update, and answers it with what the body makes of it. One that the body refuses is answered too, and the
 * next one is waited for.
 *
 * @returns the answer; undefined when the time is over
 */
export async function awaitUpdate(
  execution: Execution,
  strand: Strand,
  { key, name, timeout, take }: Taking,
): Promise<unknown> {
  const type = execution.facts.updates[name]
  if (!type) throw new TypeError(`${execution.facts.name} declares no update "${name}"`)
  const timeoutMs = timeout === undefined ? undefined : durationMs(timeout)
  const { clock } = execution.host.ports
  // One that is refused does not give the others more time.
  const since = timeoutMs === undefined ? 0 : await execution.value(strand, `${key}/since`, () => clock.now())
  for (let count = 0; ; count++) {
    const own = count === 0 ? key : `${key}~${count}`
    const leftMs = timeoutMs === undefined ? undefined : Math.max(0, Number(since) + timeoutMs - clock.now())
    const sent = await execution.signal(strand, own, updateSignal(name), leftMs)
    if (sent === undefined) return undefined
    const { update, input } = sent as { readonly update: string; readonly input: Json }
    const taken = await outcomeOf(take, castInput(type.input, input, 'json'))
    const answer: UpdateAnswer =
      taken instanceof Failure ? { update, error: toJson(taken.toJSON()) } : { update, value: toJson(taken) }
    const kept = (await execution.value(
      strand,
      `${own}/answer`,
      () => answer as unknown as Json,
    )) as unknown as UpdateAnswer
    // Whoever sent it waits for what is durable.
    await execution.commit([])
    if (kept.error === undefined) return castOutput(type.output, kept.value ?? null)
  }
}

async function outcomeOf(take: (input: unknown) => unknown, input: unknown): Promise<unknown> {
  try {
    return await take(input)
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
}
