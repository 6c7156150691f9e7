import { isPromise, type Maybe } from '@heddle/core'

/** Goes on with a value: at once when it is there. Not named `then`, which would make a promise of its module. */
export function chain<A, B>(value: Maybe<A>, next: (value: A) => Maybe<B>): Maybe<B> {
  // oxlint-disable-next-line promise/no-callback-in-promise -- a step of a chain, not a callback
  return isPromise(value) ? value.then(next) : next(value)
}
