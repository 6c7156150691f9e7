import type { StreamOutput } from '../command/stream-output.ts'
import { Defect } from '../error/defect.ts'
import { issueText } from '../error/issue-text.ts'
import { Issues } from '../schema/compile/index.ts'
import type { Schema } from '../schema/schema.ts'
import type { Frame } from './frame.ts'

/** Runs a body that is an async generator: hands on each item after its check, and gives what the body returned. */
export async function streamBody(frame: Frame): Promise<unknown> {
  frame.follow()
  const { runner, options, lifetime } = frame
  const onItem = options.onItem as ((item: unknown) => void | Promise<void>) | undefined
  const items = runner.body.run!(frame as never) as AsyncGenerator<unknown, unknown, void>
  try {
    for (;;) {
      const next = items.next()
      const step = await (lifetime ? lifetime.within(next) : next)
      if (step.done) return step.value
      const item = await runner.checkItem!.runAsync(step.value)
      if (item instanceof Issues) {
        const { name, output } = frame.command
        const reason = issueText((output as StreamOutput<Schema, Schema>).item, item.issues[0]!, 'item')
        throw new Defect('InvalidOutput', { command: name, reason })
      }
      if (!frame.outermost || !onItem) continue
      frame.root.effects++ // The caller saw it: a second attempt would show it twice.
      const taken = onItem(item)
      await (lifetime ? lifetime.within(taken) : taken)
    }
  } finally {
    // Not awaited: a body that ignores the cancellation must not hold up its caller.
    items.return(undefined).catch(() => undefined)
  }
}
