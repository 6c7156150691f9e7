import { app, command, http, otlp, tracedFetch } from 'heddle'
import { z } from 'zod'

export const convert = command('rates.Convert', {
  summary: 'Convert an amount to another currency',
  input: z.object({ source: z.url(), cents: z.int() }),
  output: z.object({ cents: z.int() }),
  access: 'public',
  async run({ input, ctx }) {
    // The other system sees the trace id of this call, and this call as the parent of its own spans.
    const answer = await tracedFetch(ctx, input.source)
    const { rate } = (await answer.json()) as { rate: number }
    ctx.log('debug', 'a rate came', { rate })
    ctx.span?.setAttribute('rates.rate', rate)
    return { cents: Math.round(input.cents * rate) }
  },
})

export const rates = (collector: string) =>
  app('rates', {
    parts: [convert, http({ port: 0, debug: true }), otlp({ url: collector, ratio: 0.1 })],
  })
