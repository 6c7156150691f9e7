import { command, type OpenApp } from '@heddle/core'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import { later } from '../index.ts'

const send = command('mail.Send', {
  input: z.object({ to: z.string(), copies: z.int().default(1) }),
  output: z.object({ sent: z.date() }),
  errors: { Refused: z.object({ because: z.string() }) },
  run: () => ({ sent: new Date(0) }),
})
const sendLater = later(send, { access: 'mail:send', queue: 'mail' })
declare const mail: OpenApp

expectTypeOf(sendLater.command.name).toEqualTypeOf<'mail.SendLater'>()
void mail.call(sendLater.command, { input: { to: 'ann' }, delay: '1h', priority: 7 })
void mail.call(sendLater.command, { input: { to: 'ann' }, at: new Date(0), key: 'k' })
// @ts-expect-error the input is that of the command
void mail.call(sendLater.command, { input: { to: 7 } })
// @ts-expect-error a delay is written 1h
void mail.call(sendLater.command, { input: { to: 'ann' }, delay: 5 })

const started = await mail.callOrThrow(sendLater.command, { input: { to: 'ann' } })
expectTypeOf(started.run).toBeString()
const outcome = await mail.call(sendLater.ways.awaits, started)
if (outcome.ok) expectTypeOf(outcome.value).toEqualTypeOf<{ sent: Date }>()
else if (outcome.errors[0]!.code === 'Refused')
  expectTypeOf(outcome.errors[0]!.data).toEqualTypeOf<{ because: string }>()
const status = await mail.callOrThrow(sendLater.ways.status, started)
expectTypeOf(status.value).toEqualTypeOf<{ sent: Date } | undefined>()
