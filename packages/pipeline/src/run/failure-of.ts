import type { AnyFailure } from '@heddle/core'

/** What the steps of a `catch` read as `error`. */
export const failureOf = (failure: AnyFailure) => {
  const { code, key, category, message, data } = failure.toJSON()
  return { code, key, category, message, data }
}
