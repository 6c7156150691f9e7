/** A value now, or a promise of it. Where nothing waits, no promise is made. */
export type Maybe<Value> = Value | Promise<Value>

/** Whether a value has to be awaited. */
export function isPromise<Value>(value: Maybe<Value> | PromiseLike<Value>): value is Promise<Value> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<Value>).then === 'function'
}

/** A promise that user code may forget: a rejection that nobody looks at must not end the process. */
export function watched<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined)
  return promise
}
