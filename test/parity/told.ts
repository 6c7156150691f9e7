import { type AnyFailure, type Json, type Outcome, toJson } from '@heddle/core'
import type { ToldOutcome } from './driver.ts'

/** An outcome as it stands in JSON. */
export function toldOutcome(outcome: Outcome<unknown, AnyFailure>, items: readonly unknown[] = []): ToldOutcome {
  return { ...(toJson(outcome) as unknown as ToldOutcome), ...(items.length > 0 && { items: toJson(items) as Json[] }) }
}

/** The pieces of a streamed answer, put together. */
export function putTogether(pieces: Iterable<Readonly<Record<string, unknown>>>): ToldOutcome {
  const items: unknown[] = []
  for (const piece of pieces) {
    if ('item' in piece) items.push(piece.item)
    else if ('errors' in piece) return failedWith(piece.errors, items)
    else if ('value' in piece) return succeededWith(piece.value, items)
  }
  throw new Error('the answer broke off')
}

/** @param value null stands for no value where JSON has no other way to say it */
export const succeededWith = (value: unknown, items: readonly unknown[] = []): ToldOutcome => ({
  ok: true,
  value,
  ...(items.length > 0 && { items }),
})

export const failedWith = (errors: unknown, items: readonly unknown[] = []): ToldOutcome => ({
  ok: false,
  errors: errors as never,
  ...(items.length > 0 && { items }),
})
