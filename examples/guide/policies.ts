import {
  app,
  bulkhead,
  cache,
  circuitBreaker,
  command,
  createAlert,
  createErrorCollection,
  deadLetter,
  error,
  fallback,
  invalidate,
  port,
  provide,
  rateLimit,
  retry,
  timeout,
} from '@heddle/core'
import { z } from 'zod'

/** The bank that knows today's rates. It is outside, so nothing of a call to it can be undone. */
export const Rates = port<{ read(currency: string): Promise<number> }>('shop.Rates')

export const readRate = command('shop.ReadRate', {
  kind: 'query',
  summary: 'What one unit of a currency costs',
  input: z.object({ currency: z.string().length(3) }),
  output: z.object({ rate: z.number(), from: z.string() }),
  errors: { RateUnknown: error(z.object({ currency: z.string() }), { category: 'external', retry: 'later' }) },
  access: 'public',
  uses: [Rates],
  // From the outside in: each policy stands around those below it.
  policies: [
    rateLimit({ limit: 100, window: '1m' }),
    fallback({ value: { rate: 1, from: 'fallback' } }),
    cache({ ttl: '10m', tags: ['rates', 'rate:{currency}'] }),
    retry({ attempts: 3, initial: '100ms' }),
    circuitBreaker({ name: 'rates', minimum: 6, open: '10s' }),
    bulkhead({ concurrency: 4, queue: 20 }),
    timeout('1s'),
  ],
  async run({ input: { currency }, fail, ctx }) {
    const rate = await ctx.use(Rates).read(currency)
    return rate > 0 ? { rate, from: 'bank' } : fail.RateUnknown({ currency })
  },
})

/** Whoever sets a rate makes every process forget the old one, once it is committed. */
export const setRate = command('shop.SetRate', {
  input: z.object({ currency: z.string().length(3), rate: z.number().positive() }),
  output: z.boolean(),
  access: 'shop:rates',
  policies: [invalidate('rate:{currency}')],
  run: () => true,
})

/** What fails for good is kept with its input, to be looked at and sent again. */
export const importRates = command('shop.ImportRates', {
  input: z.object({ file: z.string() }),
  output: z.object({ rates: z.int() }),
  errors: { Unreadable: error(z.object({}), { retry: 'later' }) },
  idempotent: true,
  policies: [deadLetter(), retry({ attempts: 2, initial: '10ms' })],
  run: ({ fail }) => fail.Unreadable({}),
})

/** The newest errors of the app, and somebody who is told when there are too many of a kind. */
export const errors = createErrorCollection({ limit: 1_000 })
export const woken: string[] = []
export const tooMany = createAlert(
  { command: 'shop.ImportRates', least: 'info', count: 2, within: '5m' },
  ({ count, last }) => void woken.push(`${count} × ${last.failure.code}`),
)

export const bank = new Map([['EUR', 1.25]])
export default app('shop', {
  parts: [readRate, setRate, importRates, provide(Rates, { read: async (currency) => bank.get(currency) ?? 0 })],
  hooks: [...errors.hooks, ...tooMany.hooks],
})
