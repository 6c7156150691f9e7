// needs: redis-server
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runTool, type Tool } from '../packages/heddle/fixtures/run-tool.ts'
import { startPostgres } from '../scripts/services/postgres.ts'
import { startRedis } from '../scripts/services/redis.ts'
import { type Deposit, sendDeposits } from './fixtures/paced-deposits.ts'

const perSecond = 200
const accounts = Array.from({ length: 50 }, (_, index) => `account-${index}`)
let folder: string
let tool: Tool | undefined
let server: { remove(): Promise<void> } | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-restart-'))
})
afterEach(async () => {
  tool?.process.kill('SIGKILL')
  await tool?.ended()
  await server?.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Starts the till as a process of its own. */
async function serve(env: Record<string, string>) {
  const own = { HEDDLE_APP: join(import.meta.dirname, 'fixtures/till.ts'), HEDDLE_FOLDER: folder, PORT: '0', ...env }
  const started = runTool(import.meta.dirname, ['start'], { env: own })
  tool = started
  const url = (await started.says(/ready (http:\/\/127\.0\.0\.1:\d+)/))[1]!
  const call = async <Value>(name: string, input: Readonly<Record<string, unknown>>) => {
    const body = JSON.stringify(input)
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/till/${name}`, { method: 'POST', headers, body })
    expect(answer.ok, await answer.clone().text()).toBe(true)
    return (await answer.json()) as Value
  }
  for (const id of accounts) await call('OpenAccount', { id })
  return { url, call, process: started.process }
}
type Till = Awaited<ReturnType<typeof serve>>

/** What a list holds, page after page, by id. */
async function listed({ call }: Till, name: string): Promise<Map<string, Deposit>> {
  const all: Deposit[] = []
  let after: string | undefined
  do {
    const { entries, next } = await call<{ entries: Deposit[]; next?: string }>(name, { after })
    all.push(...entries)
    after = next
  } while (after !== undefined)
  const byId = new Map(all.map((deposit) => [deposit.id, deposit]))
  expect(byId.size).toBe(all.length)
  return byId
}

const until = async (condition: () => boolean) => {
  while (!condition()) await pause(5)
}

/** Lets an engine go away and come back while deposits come, and compares what stands in the books with the answers. */
async function throughOutages(till: Till, outages: readonly { away(): Promise<void>; back(): Promise<void> }[]) {
  const load = sendDeposits(till.url, accounts, perSecond)
  const goOn = async () => {
    const before = load.made.length
    await until(() => load.made.length > before + perSecond)
  }
  await goOn()
  expect(load.refused).toEqual([])
  for (const { away, back } of outages) {
    const before = load.refused.length
    await away()
    await until(() => load.refused.length > before + perSecond)
    await back()
    await goOn()
  }
  await load.stop()

  const unavailable = JSON.stringify({ status: 503, code: 'Unavailable', retry: { afterMs: 1000 } })
  expect(new Set(load.refused.map((one) => JSON.stringify(one)))).toEqual(new Set([unavailable]))
  expect([...load.pids]).toEqual([till.process.pid])
  expect(till.process.exitCode).toBeNull()
  const made = new Map(load.made.map((deposit) => [deposit.id, deposit]))
  expect(await listed(till, 'ReadEntries')).toEqual(made)
  const balances = Object.fromEntries(accounts.map((id) => [id, 0]))
  for (const { account, cents } of load.made) balances[account]! += cents
  expect(await till.call('ReadBalances', {})).toEqual(balances)
  return made
}

test('PostgreSQL that stops and starts under 200 calls a second costs no effect, doubles none and ends no process', async () => {
  const postgres = await startPostgres()
  server = postgres
  const till = await serve({ DATABASE_URL: postgres.url('postgres') })
  await throughOutages(
    till,
    Array.from({ length: 2 }, () => ({ away: postgres.stop, back: postgres.start })),
  )
  // It ends in the orderly way too.
  till.process.kill('SIGTERM')
  expect(await tool!.ended()).toMatchObject({ code: 0 })
}, 120_000)

test('Redis that stops and starts under 200 calls a second costs no effect, doubles none and ends no process', async () => {
  const redis = await startRedis()
  server = redis
  const till = await serve({ REDIS_URL: redis.url })
  const outages = (['SIGTERM', 'SIGKILL'] as const).map((signal) => ({
    away: () => redis.stop(signal),
    back: () => redis.start(),
  }))
  const made = await throughOutages(till, outages)
  expect(await listed(till, 'ReadReceipts')).toEqual(made)
}, 120_000)
