import { expect, test } from 'vitest'
import { z } from 'zod'
import { command } from '../command/command.ts'
import { configFields } from './config-fields.ts'
import { configuration } from './config-port.ts'
import { app } from './define.ts'

const config = z.object({
  maxRows: z.int().default(10),
  database: z.object({ url: z.string().meta({ env: 'PG_URL' }).optional(), poolSize: z.int().default(4) }).prefault({}),
})
const open = (environment: Record<string, string>, given: Record<string, unknown> = {}) =>
  app('north-bank', { parts: [], config }).open({ environment, config: given })

test('each value of a configuration has the variables of its path, or the one that its type names', () => {
  expect(configFields(config, 'north-bank').map(({ path, variables }) => [path.join('.'), ...variables])).toEqual([
    ['maxRows', 'NORTH_BANK_MAX_ROWS', 'MAX_ROWS'],
    ['database.url', 'PG_URL'],
    ['database.poolSize', 'NORTH_BANK_DATABASE_POOL_SIZE', 'DATABASE_POOL_SIZE'],
  ])
})

test('a variable that carries the name of the app wins over the bare one, and what is given over both', async () => {
  const environment = { MAX_ROWS: '1', NORTH_BANK_MAX_ROWS: '2', DATABASE_POOL_SIZE: '8', PG_URL: 'pg:here' }
  const expected = { maxRows: 2, database: { url: 'pg:here', poolSize: 8 } }
  expect((await open(environment)).config).toEqual(expected)
  const given = Object.freeze({ database: Object.freeze({ poolSize: 16 }) })
  expect((await open(environment, given)).config).toEqual({ maxRows: 2, database: { url: 'pg:here', poolSize: 16 } })
})

test('what is given as text where a number belongs is refused, and so is a value inside of an object', async () => {
  await expect(open({}, { maxRows: '5' })).rejects.toThrow(/maxRows \(NORTH_BANK_MAX_ROWS or MAX_ROWS\)/)
  await expect(open({ DATABASE_POOL_SIZE: 'four' })).rejects.toThrow(
    /database\.poolSize \(NORTH_BANK_DATABASE_POOL_SIZE/,
  )
})

test('a configuration is an object', async () => {
  await expect(app('x', { parts: [], config: z.string() }).open()).rejects.toThrow('the configuration is a z.object')
})

test('a command reads the configuration of its app by its port, and only one that the app has', async () => {
  const Limits = configuration(z.object({ maxRows: z.int().default(10) }))
  const tell = command('bank.TellLimit', {
    input: z.object({}),
    output: z.int(),
    access: 'public',
    uses: [Limits],
    run: ({ ctx }) => ctx.use(Limits).maxRows,
  })
  const bank = app('bank', { parts: [tell], config: Limits })
  const [first, second] = [
    await bank.open({ environment: { BANK_MAX_ROWS: '3' } }),
    await bank.open({ environment: {} }),
  ]
  expect(await first.callOrThrow(tell, {})).toBe(3)
  expect(await second.callOrThrow(tell, {})).toBe(10)
  expect(() => app('bank', { parts: [tell] }).manifest()).toThrow('a service for the port configuration')
})
