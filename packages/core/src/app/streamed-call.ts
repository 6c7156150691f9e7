import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import type { CallOptions, StreamedCall } from './app.ts'

/**
 * Turns a call into a sequence of its items. The body waits until an item is taken, and leaving the loop early cancels
 * the call. A call whose items nobody reads goes on by itself once its outcome is asked for.
 */
export function openStream<Item, Value, Errors>(
  call: (options: CallOptions) => Promise<Outcome<Value, Errors>>,
  options: CallOptions = {},
): StreamedCall<Item, Value, Errors> {
  const controller = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal
  let offer: ((item: Item) => void) | undefined
  let taken: (() => void) | undefined
  let started: Promise<Outcome<Value, Errors>> | undefined
  let iterating = false

  const start = () =>
    (started ??= call({
      ...options,
      signal,
      onItem: (item: Item) => {
        if (!iterating) return undefined
        return new Promise<void>((resolve) => {
          taken = resolve
          offer?.(item)
        })
      },
    } as CallOptions))

  return {
    get outcome() {
      return start()
    },
    async *[Symbol.asyncIterator]() {
      iterating = true
      let next = new Promise<Item>((resolve) => (offer = resolve))
      const ended = start().then((outcome): Outcome<Value, Errors | AnyFailure> => outcome)
      try {
        for (;;) {
          const event = await Promise.race([next.then((item) => ({ item })), ended.then(() => undefined)])
          if (!event) return
          yield event.item
          next = new Promise<Item>((resolve) => (offer = resolve))
          taken?.()
        }
      } finally {
        controller.abort()
      }
    },
  }
}
