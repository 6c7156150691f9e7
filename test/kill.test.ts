import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from 'heddle'
import { afterEach, expect, test } from 'vitest'
import { runTool, type Tool } from '../packages/heddle/fixtures/run-tool.ts'
import { accounts, anyTransfer, openingBalance, sum, total } from './fixtures/bank.ts'

/** How often the server dies; `HEDDLE_KILLS=100` looks longer. */
const kills = Number(process.env.HEDDLE_KILLS ?? 4)
const seed = Number(process.env.HEDDLE_SEED ?? 7)
const clients = 8

type Transfer = ReturnType<typeof anyTransfer>
interface Sent {
  readonly transfer: Transfer
  readonly key: string
  /** What the server answered; nothing while it has not. */
  answer?: unknown
}

const folder = mkdtempSync(join(tmpdir(), 'heddle-kill-'))
let server: Tool | undefined
afterEach(async () => {
  server?.process.kill('SIGKILL')
  await server?.ended()
  rmSync(folder, { recursive: true, force: true })
})

async function serve(): Promise<string> {
  const env = { HEDDLE_APP: join(import.meta.dirname, 'fixtures/bank.ts'), HEDDLE_FOLDER: folder, PORT: '0' }
  server = runTool(import.meta.dirname, ['start'], { env })
  return (await server.says(/ready (http:\/\/127\.0\.0\.1:\d+)/))[1]!
}

async function post(url: string, name: string, input: unknown, key: string): Promise<{ ok: boolean; body: unknown }> {
  const answer = await fetch(`${url}/bank/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(input),
  })
  return { ok: answer.ok, body: await answer.json() }
}
const balancesOver = async (url: string) =>
  (await (await fetch(`${url}/bank/ListBalances`)).json()) as Record<string, number>

/** A success, or a failure that the command declares: what a retry must find again. */
const isFinal = ({ ok, body }: { ok: boolean; body: unknown }) =>
  ok || (body as { errors: { category: string }[] }).errors[0]!.category === 'domain'

test(
  `kill -9 at any moment (seed ${seed}): every acknowledged transfer is there exactly once, and the sum stays`,
  { timeout: 20_000 + kills * 10_000 },
  async () => {
    const random = seededRandom(seed)
    let url = await serve()
    for (const id of accounts) await post(url, 'OpenAccount', { id, balance: openingBalance }, `open-${id}`)

    const sent: Sent[] = []
    for (let kill = 0; kill < kills; kill++) {
      // The server dies after so many more answers: the rest is on its way, at every stage there is.
      let answersLeft = 1 + Math.floor(random.next() * 150)
      const die = () => server!.process.kill('SIGKILL')
      const client = async (lane: number) => {
        for (let nth = 0; ; nth++) {
          const own: Sent = { transfer: anyTransfer(random), key: `${kill}-${lane}-${nth}` }
          sent.push(own)
          const answer = await post(url, 'TransferMoney', own.transfer, own.key).catch(() => undefined)
          if (!answer) return
          expect(isFinal(answer), JSON.stringify(answer.body)).toBe(true)
          own.answer = answer.body
          if (--answersLeft === 0) die()
        }
      }
      await Promise.all(Array.from({ length: clients }, (_, lane) => client(lane)))
      await server!.ended()

      url = await serve()
      expect(sum(await balancesOver(url))).toBe(total)
      // As clients do that do not know: the same call with the same key.
      for (const own of sent.slice(-200)) {
        const { body } = await post(url, 'TransferMoney', own.transfer, own.key)
        expect(body).toEqual(own.answer ?? body)
        own.answer = body
      }
    }

    const expected = Object.fromEntries(accounts.map((id) => [id, openingBalance]))
    for (const { transfer, answer } of sent) {
      if (!Object.hasOwn(answer as object, 'balance')) continue
      expected[transfer.from]! -= transfer.cents
      expected[transfer.to]! += transfer.cents
    }
    expect(await balancesOver(url)).toEqual(expected)
  },
)
