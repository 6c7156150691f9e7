import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { error } from '../error/declared.ts'
import { memoryLog } from '../ports/log.ts'
import { createVirtualTime } from '../testing/index.ts'
import { circuitBreaker } from './circuit-breaker.ts'

const errors = { Down: error(z.object({}), { retry: 'later' }), Wrong: z.object({}) }

async function open(name?: string) {
  let runs = 0
  const define = (full: 't.Pay' | 't.Refund') =>
    command(full, {
      input: z.object({ how: z.enum(['Down', 'Wrong', 'fine', 'defect']) }),
      output: z.number(),
      errors,
      policies: [circuitBreaker({ name, minimum: 4, open: '10s', window: '1m' })],
      run({ input: { how }, fail }) {
        runs++
        if (how === 'defect') throw new TypeError('a mistake')
        return how === 'fine' ? runs : fail[how]({})
      },
    })
  const [pay, refund] = [define('t.Pay'), define('t.Refund')]
  const time = createVirtualTime()
  const declared = app('t', { parts: [pay, refund] })
  const ports = { clock: time.clock, timers: time.timers, log: memoryLog() }
  const running = await declared.open({ ports })
  const fail = async (times: number, how: 'Down' | 'Wrong' | 'defect' = 'Down') => {
    for (let index = 0; index < times; index++) await running.call(pay, { how })
  }
  return { declared, ports, running, time, pay, refund, fail, runs: () => runs }
}

test('what fails half of the time is left alone, tried after a while, and called again when it works', async () => {
  const { running, time, pay, fail, runs } = await open()
  await fail(4)
  const refused = await running.call(pay, { how: 'fine' })
  expect(refused).toMatchObject({
    errors: [{ code: 'CircuitOpen', retry: { afterMs: 10_000 }, data: { name: 't.Pay' } }],
  })
  expect(runs()).toBe(4)
  await time.advance(10_000)
  await fail(1)
  expect(await running.call(pay, { how: 'fine' })).toMatchObject({ errors: [{ code: 'CircuitOpen' }] })
  await time.advance(10_000)
  expect(await running.call(pay, { how: 'fine' })).toEqual({ ok: true, value: 6 })
  expect(await running.call(pay, { how: 'fine' })).toEqual({ ok: true, value: 7 })
})

test('defects count, and what the caller did wrong does not', async () => {
  const { running, pay, fail } = await open()
  await fail(20, 'Wrong')
  expect(await running.call(pay, { how: 'fine' })).toMatchObject({ ok: true })
  const other = await open()
  await other.fail(4, 'defect')
  expect(await other.running.call(other.pay, { how: 'fine' })).toMatchObject({ errors: [{ code: 'CircuitOpen' }] })
})

test('commands share a breaker by its name, and apps that are opened apart share nothing', async () => {
  const { declared, ports, running, pay, refund, fail } = await open('payments')
  await fail(4)
  expect(await running.call(refund, { how: 'fine' })).toMatchObject({ errors: [{ code: 'CircuitOpen' }] })
  const apart = await declared.open({ ports })
  expect(await apart.call(pay, { how: 'fine' })).toMatchObject({ ok: true })

  const alone = await open()
  await alone.fail(4)
  expect(await alone.running.call(alone.refund, { how: 'fine' })).toMatchObject({ ok: true })
})

test('the manifest lists the policy with its defaults, and the error that it adds', async () => {
  const { declared } = await open('payments')
  expect(declared.manifest().parts.command!['t.Pay']).toMatchObject({
    policies: [{ name: 'circuitBreaker', config: { name: 'payments', minimum: 4, ratio: 0.5, probes: 1 } }],
    possibleErrors: expect.arrayContaining(['runtime:CircuitOpen']),
  })
})
