import { type Access, type AnyCommand, command, type Port, stream } from '@heddle/core'
import { z } from 'zod'
import type { LiveView } from './live-view.ts'

/** How many rows are shown where nobody says (limit `view.rows`). */
const usualRows = 100

/** The query that shows a view, and the one that follows it. */
export function viewCommands(
  domain: string,
  noun: string,
  view: Port<LiveView>,
  value: z.ZodType,
  access: Access,
): AnyCommand[] {
  const row = z.object({ key: z.string(), value })
  const show = command(`${domain}.Show${noun}`, {
    kind: 'query',
    summary: `Show the live view ${noun}, the newest rows first`,
    input: z.object({ limit: z.int().min(1).max(10_000).default(usualRows) }),
    output: z.object({ rows: z.array(row), total: z.int() }),
    access,
    uses: [view],
    run: ({ input, ctx }) => {
      const shown = ctx.use(view)
      return { rows: shown.rows(input.limit), total: shown.size }
    },
  })
  const watch = command(`${domain}.Watch${noun}`, {
    kind: 'query',
    summary: `Follow the live view ${noun}: all its rows, and then what changes`,
    input: z.object({}),
    output: stream(z.object({ set: z.array(row), gone: z.array(z.string()) }), z.object({})),
    access,
    uses: [view],
    async *run({ ctx }) {
      for await (const change of ctx.use(view).watch(ctx.signal)) {
        yield { set: [...change.set], gone: [...change.gone] }
      }
      return {}
    },
  })
  return [show as AnyCommand, watch as AnyCommand]
}
