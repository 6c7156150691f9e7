import { Issues } from '../schema/compile/index.ts'
import { invalidItem, itemTaker } from './expose.ts'
import type { Frame } from './frame.ts'

/** Runs a body that is an async generator: hands on each item after its check, and gives what the body returned. */
export async function streamBody(frame: Frame): Promise<unknown> {
  frame.follow()
  const { runner, lifetime } = frame
  const take = itemTaker(frame)
  const items = runner.body.run!(frame as never) as AsyncGenerator<unknown, unknown, void>
  try {
    for (;;) {
      const next = items.next()
      const step = await (lifetime ? lifetime.within(next) : next)
      if (step.done) return step.value
      const item = await runner.checkItem!.runAsync(step.value)
      if (item instanceof Issues) throw invalidItem(frame, item)
      if (!take) continue
      frame.root.effects++ // The caller saw it: a second attempt would show it twice.
      const taken = take(item)
      await (lifetime ? lifetime.within(taken) : taken)
    }
  } finally {
    // Not awaited: a body that ignores the cancellation must not hold up its caller.
    items.return(undefined).catch(() => undefined)
  }
}
