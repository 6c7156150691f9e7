import { app, command, traceHeaders } from '@heddle/core'
import { http, otlp } from '@heddle/serve'
import { z } from 'zod'

/**
 * The service that the validation suite of W3C Trace Context tries (github.com/w3c/trace-context, `test/test.py`): it is told whom to
 * call, and calls them as part of the trace that it was called in.
 *
 * @example PORT=5000 node scripts/conformance/trace-context-service.ts
 */
interface Errand {
  readonly url: string
  readonly arguments: readonly Errand[]
}
const Errand: z.ZodType<Errand> = z.object({ url: z.url(), arguments: z.lazy(() => z.array(Errand)) })

const relay = command('trace.Relay', {
  summary: 'Call others, and tell them what to do',
  input: z.array(Errand),
  output: z.object({ called: z.int() }),
  access: 'public',
  async run({ input, ctx }) {
    for (const errand of input) {
      const headers = { 'content-type': 'application/json', ...traceHeaders(ctx) }
      const body = JSON.stringify(errand.arguments)
      await fetch(errand.url, { method: 'POST', headers, body, signal: ctx.signal })
    }
    return { called: input.length }
  },
})

// The spans are not sent anywhere: what counts is that each call has one of its own.
const parts = [relay, otlp({ url: 'http://127.0.0.1:9', metrics: false }), http({ routes: { 'POST /test': relay } })]
const open = await app('traced', { parts }).open({ folder: '.heddle/conformance' })
for (const line of await open.start()) console.log(line)
