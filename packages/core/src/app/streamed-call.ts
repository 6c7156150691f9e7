import { Defect } from '../error/defect.ts'
import type { AnyFailure, Outcome } from '../outcome/outcome.ts'
import type { CallOptions, StreamedCall } from './app.ts'

/**
 * Turns a call into a sequence of its items. The body waits until an item is taken, and leaving the loop early cancels
 * the call. A call whose items nobody reads goes on by itself once its outcome is asked for. Each item has one reader:
 * a second one, and one who comes when items have gone by, would get a part of them in silence, and is refused.
 */
export function openStream<Item, Value, Errors>(
  command: string,
  call: (options: CallOptions) => Promise<Outcome<Value, Errors>>,
  options: CallOptions = {},
): StreamedCall<Item, Value, Errors> {
  const controller = new AbortController()
  const given = typeof options.signal === 'function' ? options.signal() : options.signal
  const signal = given ? AbortSignal.any([given, controller.signal]) : controller.signal
  let offer: ((item: Item) => void) | undefined
  let taken: (() => void) | undefined
  let started: Promise<Outcome<Value, Errors>> | undefined
  let refusal: string | undefined

  const start = () =>
    (started ??= call({
      ...options,
      signal,
      onItem: (item: Item) => {
        if (!offer) return void (refusal = 'some went by before')
        const own = offer
        return new Promise<void>((resolve) => {
          taken = resolve
          own(item)
        })
      },
    } as CallOptions))

  const nextItem = () => new Promise<Item>((resolve) => (offer = resolve))

  async function* read(first: Promise<Item>): AsyncGenerator<Item, void, void> {
    let next = first
    const ended = start().then((outcome): Outcome<Value, Errors | AnyFailure> => outcome)
    try {
      for (;;) {
        const event = await Promise.race([next.then((item) => ({ item })), ended.then(() => undefined)])
        if (!event) return
        yield event.item
        next = nextItem()
        taken?.()
      }
    } finally {
      controller.abort()
    }
  }

  return {
    get outcome() {
      return start()
    },
    [Symbol.asyncIterator]() {
      if (refusal !== undefined) throw new Defect('StreamMisused', { command, reason: refusal })
      refusal = 'they have a reader already'
      return read(nextItem())
    },
  }
}
