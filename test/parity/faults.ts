import { once } from 'node:events'
import { type AnyFailure, after, around, type Hook, type Json, type Outcome, toJson } from '@heddle/core'

/** What the app under test tells of the calls of `leaving`: that the body would begin now, and how the call ended. */
export type News = { readonly reached: string } | { readonly ended: Json }

/** How a line of an app in a process of its own begins that tells it. */
export const newsMark = 'parity: '

/** Tells it on standard error. */
export const tellByLine = (news: News): void => void process.stderr.write(`${newsMark}${JSON.stringify(news)}\n`)

/** Faults at `executing`: who calls decides, so that each surface brings them in as it brings in every call. */
export const faults = (tell: (news: News) => void): readonly Hook[] => [
  around('executing', async ({ ctx, command, outermost }, next) => {
    const who = outermost ? ctx.principal?.id : undefined
    if (who === 'clumsy') throw new Error('the body broke')
    if (who === 'leaving') tell({ reached: command.name })
    if (who === 'late' || who === 'leaving') await untilItEnds(ctx.signal)
    await next()
  }),
  after('failed', ({ ctx, outcome }) => {
    if (ctx.principal?.id === 'leaving') tell({ ended: toJson(outcome as Outcome<unknown, AnyFailure>) })
  }),
]

async function untilItEnds(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort')
  throw signal.reason
}
