import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'

const answering = (output: z.ZodType, value: unknown) =>
  command('till.Answer', { input: z.object({}), output, run: () => value as never })

test.each([
  ['nothing', z.void(), undefined],
  ['an optional that is missing', z.object({ id: z.string() }).optional(), undefined],
  ['null', z.object({ id: z.string() }).nullable(), null],
  ['null or nothing', z.string().nullish(), null],
  ['a date', z.date(), new Date(5)],
])('a repeated call gives %s as the first one did', async (_what, output, value) => {
  const answer = answering(output, value)
  const till = await app('till', { parts: [answer] }).open()
  const once = () => till.call(answer, {}, { idempotencyKey: 'k' })
  expect(await once()).toStrictEqual({ ok: true, value })
  expect(await once()).toStrictEqual({ ok: true, value })
  await till.close()
})
