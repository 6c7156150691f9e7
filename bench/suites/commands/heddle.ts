import { after, app, before, command } from '@heddle/core'
import type { AnyCommand, OpenApp } from '@heddle/core'
import type { Opened } from '../../harness/types.ts'
import { totalOf } from './inputs.ts'
import { order, formattedOrder, total } from './zod-schemas.ts'

const hooks = [before('executing', () => {}), after('executing', () => {})]

/** The command of the suite: a trivial handler between two hooks. */
export const getTotal = command('bench.GetTotal', {
  input: order,
  output: total,
  access: 'public',
  hooks,
  run: ({ input }) => ({ total: totalOf(input) }),
})

/** The same on an input with formats. */
export const getFormattedTotal = command('bench.GetFormattedTotal', {
  input: formattedOrder,
  output: total,
  access: 'public',
  hooks,
  run: ({ input }) => ({ total: totalOf(input) }),
})

/** A command that asks the first one. */
export const askTotal = command('bench.AskTotal', {
  input: order,
  output: total,
  access: 'public',
  hooks,
  calls: [getTotal],
  run: async ({ input, call }) => ({ total: (await call(getTotal, input)).total }),
})

/** Opens an app and calls one command of it for each input. */
export async function callsOf(pick: AnyCommand): Promise<Opened> {
  const bench: OpenApp = await app('bench', { parts: [getTotal, getFormattedTotal, askTotal] }).open({
    mode: 'production',
  })
  return {
    call: (input) => bench.call(pick, input as never),
    answer: ({ ok, value }: { ok: boolean; value?: { total: number } }) => (ok ? { ok, total: value?.total } : { ok }),
    close: () => bench.close(),
  }
}
