import { type AnyFailure, type Outcome, systemErrors } from '@heddle/core'
import { showOutcome } from './show.ts'

/** What a client is told. */
export type AnyOutcome = Outcome<unknown, AnyFailure>

/** How long to wait before asking again; undefined when it is of no use. */
export function waitOf(outcome: AnyOutcome): number | undefined {
  if (outcome.ok) return undefined
  const waits = outcome.errors.flatMap(({ retry }) =>
    retry === 'never' ? [] : [retry === 'later' ? 0 : retry.afterMs],
  )
  return waits.length === outcome.errors.length ? Math.max(...waits) : undefined
}

/** Whether this outcome is what everybody with the key is told: success, or a failure that the command declares. */
const isKept = (outcome: AnyOutcome) =>
  outcome.ok || outcome.errors.every(({ code, retry }) => retry === 'never' && !(code in systemErrors))

/** @throws an error, when two calls with one key were told different things */
export function assertSameAnswer(key: string, one: AnyOutcome, other: AnyOutcome): void {
  if (!isKept(one) || !isKept(other)) return
  const [first, second] = [showOutcome(one), showOutcome(other)]
  if (first !== second) throw new Error(`two calls with ${key} had two answers, ${first} and ${second}`)
}

/** @throws an error for a defect: it is a mistake in the app, whatever happened around it */
export function assertSound(name: string, outcome: AnyOutcome): void {
  const defect = outcome.ok ? undefined : outcome.errors.find(({ code }) => code === 'Internal')
  if (!defect) return
  const { cause } = defect
  throw new Error(`${name} errored: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
