import { Defect, Failure } from '@heddle/core'

/** What was thrown, where it is known what it means. */
export const failureOf = (thrown: unknown): Failure | undefined => {
  if (thrown instanceof Defect) return thrown.toFailure()
  return thrown instanceof Failure ? thrown : undefined
}

/** What went wrong, and what to do about it. */
export function troubleOf(thrown: unknown): string {
  const failure = failureOf(thrown)
  if (!failure) return String((thrown as Error).message)
  const { message, help } = failure.toJSON()
  return help === undefined ? message : `${message}${/[.!?]$/.test(message) ? '' : '.'} ${help}`
}

/** What another job of the app may bring about in a moment, e.g. the topic that it writes. */
const comesLater = new Set(['UnknownTopic'])

/** Whether it would fail in the same way again: only another plan, or somebody's hand, helps. */
export const isFinal = (thrown: unknown): boolean =>
  thrown instanceof Failure ? thrown.retry === 'never' && !comesLater.has(thrown.code) : thrown instanceof Defect

/** Whether it came of a dead letter that was taken again and went back: that is a step further, as a checkpoint is. */
export const isPutBack = (thrown: unknown): boolean =>
  thrown instanceof Failure && (thrown.data as { readonly letter?: string } | undefined)?.letter !== undefined
