import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type OpenApp, memoryLog } from 'heddle'
import { createVirtualTime } from '@heddle/core/testing'
import { afterEach, expect, test } from 'vitest'
import { runTool, type Tool } from '../packages/heddle/fixtures/run-tool.ts'
import bank, {
  accounts,
  addSlowly,
  listBalances,
  openAccounts,
  openingBalance,
  smallTransfer,
  sum,
  total,
  transferMoney,
} from './fixtures/bank.ts'

const patience = { timeout: 120_000 }
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name)

const endings: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end()
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-transfers-'))
  endings.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The bank over a real file, in this process. */
async function openBank(folder: string, ports: Parameters<typeof bank.open>[0] = {}): Promise<OpenApp> {
  const open = await bank.open({ folder, ports: { log: memoryLog(), ...ports?.ports } })
  endings.push(() => open.close())
  return open
}

const around = (folder: string) => ({ HEDDLE_APP: fixture('bank.ts'), HEDDLE_FOLDER: folder, PORT: '0' })

/** The bank served by the tool, in a process of its own. */
async function serve(folder: string): Promise<{ server: Tool; url: string }> {
  const server = runTool(import.meta.dirname, ['start'], { env: around(folder) })
  endings.push(() => void server.process.kill('SIGKILL'))
  const [, url] = await server.says(/ready (http:\/\/127\.0\.0\.1:\d+)/)
  return { server, url: url! }
}

async function post(url: string, name: string, input: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${url}/bank/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  })
  return response.json()
}

const openOver = async (url: string) => {
  for (const id of accounts) await post(url, 'OpenAccount', { id, balance: openingBalance })
}
const balancesOver = async (url: string) =>
  (await (await fetch(`${url}/bank/ListBalances`)).json()) as Record<string, number>

test(
  '200 transfers at once from a server and a command line on one data folder all succeed, and the sum stays',
  patience,
  async () => {
    const folder = newFolder()
    const { url } = await serve(folder)
    await openOver(url)

    const beside = spawn(process.execPath, [fixture('calls-from-beside.ts'), '100', '100'], {
      env: { ...process.env, ...around(folder) },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    endings.push(() => void beside.kill('SIGKILL'))
    const lines = linesOf(beside.stdout)
    expect((await lines.next()).value).toBe('ready')

    beside.stdin.write('go\n')
    const served = await Promise.all(
      Array.from({ length: 100 }, (_, index) => post(url, 'TransferMoney', smallTransfer(index))),
    )
    expect(served).toEqual(Array.from({ length: 100 }, () => ({ balance: expect.any(Number) as number })))
    expect(JSON.parse((await lines.next()).value as string)).toEqual({ succeeded: 100, failed: [] })

    const balances = await balancesOver(url)
    expect(sum(balances)).toBe(total)
    expect(balances).toEqual(afterTransfers(200))
  },
)

async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let text = ''
  for await (const chunk of stream) {
    text += chunk.toString()
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield text.slice(0, end)
      text = text.slice(end + 1)
    }
  }
}

/** Transfers commute: whatever their order, the balances are these. */
function afterTransfers(count: number): Record<string, number> {
  const balances = Object.fromEntries(accounts.map((id) => [id, openingBalance]))
  for (let index = 0; index < count; index++) {
    const { from, to, cents } = smallTransfer(index)
    balances[from]! -= cents
    balances[to]! += cents
  }
  return balances
}

test(
  '200 calls at once with one key have one effect and one answer, also after kill -9 and a restart',
  patience,
  async () => {
    const folder = newFolder()
    const { server, url } = await serve(folder)
    await openOver(url)
    const input = { from: 'a', to: 'b', cents: 10 }
    const ask = (at: string) =>
      Array.from({ length: 200 }, () => post(at, 'TransferMoney', input, { 'idempotency-key': 'once' }))

    const asked = ask(url)
    const first = await Promise.race(asked)
    server.process.kill('SIGKILL')
    const answered = (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled')
    expect(first).toEqual({ balance: openingBalance - 10 })
    for (const answer of answered) expect(answer).toEqual({ status: 'fulfilled', value: first })
    await server.ended()

    const { url: restarted } = await serve(folder)
    expect(await Promise.all(ask(restarted))).toEqual(Array.from({ length: 200 }, () => first))
    expect(await balancesOver(restarted)).toMatchObject({ a: openingBalance - 10, b: openingBalance + 10 })
  },
)

test(
  'a command that thinks for a second holds up nobody, not even on the record that it changed',
  patience,
  async () => {
    const time = createVirtualTime()
    const { clock, timers } = time
    const open = await openBank(newFolder(), { ports: { clock, timers } })
    await openAccounts(open)

    const ended: string[] = []
    const slow = open.callOrThrow(addSlowly, { account: 'a' }).then((answer) => (ended.push('slow'), answer))
    while (time.next() !== time.clock.now() + 1000) await time.advance(0) // Until it has changed its record and sleeps.
    const fast = Array.from({ length: 50 }, (_, index) =>
      open.callOrThrow(transferMoney, smallTransfer(index)).then(() => ended.push('fast')),
    )
    await Promise.all(fast)
    expect(ended).toEqual(fast.map(() => 'fast'))

    while (ended.at(-1) !== 'slow') await time.advance(1000) // It lost the race for its record and thinks again, behind a lock.
    const expected = afterTransfers(50)
    expect(await slow).toEqual({ balance: expected['a']! + 1 })
    expect(await open.callOrThrow(listBalances, {})).toEqual({ ...expected, a: expected['a']! + 1 })
  },
)

test('the event loop goes on while 1,000 commands commit', patience, async () => {
  const open = await openBank(newFolder())
  await openAccounts(open)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const inputs = Array.from({ length: 1000 }, (_, index) => smallTransfer(index))
  const outcomes = await open.batch(transferMoney, inputs)
  delay.disable()
  const [p99, max] = [delay.percentile(99) / 1e6, delay.max / 1e6]
  console.log(`event-loop delay while 1,000 transfers commit: p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`)
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
  expect(max).toBeLessThan(500)
  expect(await open.callOrThrow(listBalances, {})).toEqual(afterTransfers(1000))
})
