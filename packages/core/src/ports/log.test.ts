import { expect, test } from 'vitest'
import { z } from 'zod'
import { app, command, createLogLevels, jsonLog, type Severity } from '../index.ts'

const open = (least: Severity = 'info') => {
  const lines: Record<string, unknown>[] = []
  const clock = { now: () => Date.UTC(2026, 10, 21, 8, 30) }
  const log = jsonLog(least, (line) => void lines.push(JSON.parse(line) as Record<string, unknown>), clock)
  return { log, lines }
}

test('a line is one JSON object with its time, and its fields never take the place of its own', () => {
  const { log, lines } = open()
  log.write('info', 'hello', { count: 3n, at: new Date(0), time: 'mine', message: 'mine' })
  expect(lines).toEqual([
    {
      time: '2026-11-21T08:30:00.000Z',
      severity: 'info',
      message: 'hello',
      count: '3',
      at: '1970-01-01T00:00:00.000Z',
    },
  ])
})

test('fields that cannot be written do not keep a line from being written', () => {
  const { log, lines } = open()
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const trap = {
    get value() {
      throw new Error('it broke')
    },
  }
  log.write('info', 'a circle', { circle })
  log.write('info', 'a trap', { trap })
  expect(lines.map(({ message, unwritable }) => [message, typeof unwritable])).toEqual([
    ['a circle', 'string'],
    ['a trap', 'string'],
  ])
})

test('the line of a call tells its command, trace, tenant and who called, and no more of them than the id', async () => {
  const { log, lines } = open()
  const say = command('notes.Say', {
    input: z.null(),
    output: z.null(),
    access: 'notes:say',
    run({ ctx }) {
      ctx.log('warning', 'said', { loud: true })
      return null
    },
  })
  const opened = await app('notes', { parts: [say] }).open({ ports: { log } })
  const as = { id: 'ana', permissions: ['notes:say'], email: 'ana@example.com' }
  await opened.call(say, null, { as, traceId: 'a'.repeat(32) })
  expect(lines).toEqual([
    {
      time: '2026-11-21T08:30:00.000Z',
      severity: 'warning',
      message: 'said',
      command: 'notes.Say',
      traceId: 'a'.repeat(32),
      tenant: 'main',
      principal: 'ana',
      loud: true,
    },
  ])
  await opened.close()
})

test('levels change while an app runs, for all and for one domain', async () => {
  const { log, lines } = open()
  const sayIn = (domain: string) =>
    command(`${domain}.Say`, {
      input: z.null(),
      output: z.null(),
      run({ ctx }) {
        ctx.log('debug', domain)
        return null
      },
    })
  const [bank, shop] = [sayIn('bank'), sayIn('shop')]
  const opened = await app('both', { parts: [bank, shop] }).open({ ports: { log } })
  const said = async () => {
    lines.length = 0
    await opened.callOrThrow(bank, null)
    await opened.callOrThrow(shop, null)
    return lines.map(({ message }) => message)
  }
  expect(await said()).toEqual([])
  log.levels!.set('debug', 'bank')
  expect(await said()).toEqual(['bank'])
  log.levels!.set('debug')
  log.levels!.set('error', 'bank')
  expect(await said()).toEqual(['shop'])
  expect(log.levels!.read()).toEqual({ level: 'debug', domains: { bank: 'error' } })
  log.levels!.set(undefined, 'bank')
  log.levels!.set(undefined)
  expect(log.levels!.read()).toEqual({ level: 'info', domains: {} })
  await opened.close()
})

test('a domain of an organization has the level of the organization where it has none of its own', () => {
  const levels = createLogLevels('warning')
  levels.set('debug', 'acme')
  levels.set('error', 'acme.bank')
  const allows = (domain: string | undefined) => levels.allows('info', domain)
  expect(['acme.shop', 'acme.bank', 'other', undefined].map(allows)).toEqual([true, false, false, false])
})
