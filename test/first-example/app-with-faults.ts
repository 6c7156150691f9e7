import { app, around } from 'heddle'
import bank from '../../examples/bank/app.ts'

/** The README's first example, with what cannot be asked of it: a body that breaks, and one that takes too long. */
export default app('bank', {
  ...bank.definition,
  hooks: [
    around('executing', async ({ input, ctx }, next) => {
      const { cents } = input as { cents?: number }
      if (cents === 13) throw new Error('the body broke')
      if (cents === 14) await ctx.sleep(60_000)
      await next()
    }),
  ],
})
