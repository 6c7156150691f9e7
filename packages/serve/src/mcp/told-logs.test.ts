import { app, command } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { connect, type Way, ways } from '../../test/mcp-clients.ts'

const pay = command('till.Pay', {
  access: 'public',
  input: z.object({ cents: z.int() }),
  output: z.object({ paid: z.int() }),
  errors: { TooMuch: z.object({}) },
  run({ input: { cents }, ctx, fail }) {
    ctx.log('debug', 'looks at the till')
    ctx.log('warning', 'the till is nearly empty', { left: 3 })
    return cents > 10 ? fail.TooMuch({}) : { paid: cents }
  },
})
const buy = command('till.Buy', {
  access: 'public',
  calls: [pay],
  input: z.object({ cents: z.int() }),
  output: z.object({ paid: z.int() }),
  run: ({ input, call }) => call(pay, input),
})
const till = (...parts: Parameters<Parameters<typeof connect>[1]>) => app('till', { parts: [pay, buy, ...parts] })

interface Told {
  level: string
  logger?: string
  data: { message: string; left?: number; errors?: string[] }
}

async function listening(way: Way, permissions: string[]) {
  const told: Told[] = []
  const connected = await connect(way, till, {
    as: { id: 'ada', permissions },
    prepare: (client) =>
      client.setNotificationHandler('notifications/message', ({ params }) => void told.push(params as Told)),
  })
  const modern = way.endsWith('2026-07-28')
  return {
    ...connected,
    told,
    setLevel: async (level: 'debug' | 'warning') =>
      modern ? undefined : void (await connected.client.setLoggingLevel(level)),
    buy: (cents: number, level?: string) =>
      connected.client.callTool({
        name: 'till_Buy',
        arguments: { cents },
        ...(modern && level !== undefined && { _meta: { 'io.modelcontextprotocol/logLevel': level } }),
      }),
  }
}

/** Messages come on their own way, so that the last may be on it still. */
async function until(isSo: () => boolean) {
  while (!isSo()) await new Promise(setImmediate)
}

test.each(ways)(
  '%s: an operator hears what commands log about its calls, from the level that it wants',
  async (way) => {
    const { told, setLevel, buy: call, close } = await listening(way, ['heddle:operate'])
    await call(5)
    expect(told).toEqual([])
    await setLevel('warning')
    await call(50, 'warning')
    await until(() => told.length > 0)
    expect(told).toEqual([
      {
        level: 'warning',
        logger: 'till.Pay',
        data: expect.objectContaining({ message: 'the till is nearly empty', left: 3 }),
      },
    ])
    told.length = 0
    await setLevel('debug')
    await call(50, 'debug')
    await until(() => told.length > 2)
    expect(told.map(({ level, data: { message } }) => `${level} ${message}`)).toEqual([
      'debug looks at the till',
      'warning the till is nearly empty',
      'info till.Buy failed: Too much.',
    ])
    expect(told[2]!.data.errors).toEqual(['till.Pay>domain:TooMuch'])
    await close()
  },
)

test.each(ways)('%s: others hear how their calls ended, and nothing of the insides', async (way) => {
  const { told, setLevel, buy: call, close } = await listening(way, [])
  await setLevel('debug')
  await call(5, 'debug')
  await until(() => told.length > 0)
  expect(told).toEqual([{ level: 'debug', logger: 'till.Buy', data: { message: 'till.Buy succeeded' } }])
  await close()
})
