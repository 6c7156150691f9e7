import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FailureJson, memoryLog, toJson } from '@heddle/core'
import declared from './app-with-faults.ts'
import { openAccount, transferMoney } from '../../examples/bank/app.ts'

const heddle = join(import.meta.dirname, '..', '..', 'packages', 'heddle', 'src', 'bin.js')
const file = join(import.meta.dirname, 'app-with-faults.ts')
const folder = mkdtempSync(join(tmpdir(), 'heddle-first-'))
const env = { ...process.env, PORT: '0', HEDDLE_FOLDER: join(folder, 'served') }
const ann = { id: 'ann', permissions: ['bank:*'] }
const bank = await declared.open({ folder: join(folder, 'in-process'), ports: { log: memoryLog() } })

let server: ChildProcess
let address = ''

beforeAll(async () => {
  for (const id of ['ada', 'bob']) await bank.call(openAccount, { id, balance: 500 })
  server = spawn(process.execPath, [heddle, 'start', file], { cwd: folder, env })
  let printed = ''
  address = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${printed}`)))
    for (const stream of [server.stdout!, server.stderr!]) {
      stream.on('data', (text: Buffer) => {
        printed += text
        const [, found] = /ready (http:\S+)/.exec(printed) ?? []
        if (found) resolve(found)
      })
    }
  })
  for (const id of ['ada', 'bob']) await overCli('bank.OpenAccount', { id, balance: 500 }, [])
})

afterAll(async () => {
  server.kill('SIGTERM')
  await Promise.all([bank.close(), new Promise((resolve) => server.once('exit', resolve))])
  rmSync(folder, { recursive: true, force: true })
})

/** What is the same everywhere: the value, or each error but for its trace id. */
type Told = { value: unknown } | { errors: unknown[] }

const told = (ok: boolean, value: unknown, errors: readonly FailureJson[] = []): Told =>
  ok
    ? { value }
    : {
        errors: errors.map(({ code, key, path, via, category, retry, help, data, message }) =>
          code === 'Internal'
            ? { code, key, category }
            : { code, key, path, via, category, retry, help, data, message },
        ),
      }

async function inProcess(input: object, { stranger, timeoutMs }: Case): Promise<Told> {
  const deadline = timeoutMs === undefined ? undefined : Date.now() + timeoutMs
  const outcome = await bank.call(transferMoney, input as never, { as: stranger ? null : ann, from: 'json', deadline })
  return outcome.ok
    ? told(true, outcome.value)
    : told(false, undefined, toJson(outcome.errors.map((failure) => failure.toJSON())) as unknown as FailureJson[])
}

async function overHttp(input: object, { stranger, timeoutMs }: Case): Promise<Told> {
  const response = await fetch(`${address}/bank/TransferMoney`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(stranger ? {} : { authorization: 'Bearer let-me-in' }),
      ...(timeoutMs === undefined ? {} : { 'request-timeout': String(timeoutMs / 1000) }),
    },
    body: JSON.stringify(input),
  })
  const body = (await response.json()) as { errors?: FailureJson[] }
  return told(response.ok, body, body.errors)
}

function overCli(name: string, input: object, flags: string[]): Promise<Told> {
  return new Promise((resolve) => {
    const args = [heddle, 'call', name, '--app', file, '--input', JSON.stringify(input), '--json', ...flags]
    execFile(process.execPath, args, { cwd: folder, env }, (_error, stdout) => {
      const outcome = JSON.parse(stdout) as { ok: boolean; value?: unknown; errors?: FailureJson[] }
      resolve(told(outcome.ok, outcome.value, outcome.errors))
    })
  })
}

interface Case {
  readonly stranger?: boolean
  readonly timeoutMs?: number
}

test.each<[string, object, Case, unknown]>([
  ['success', { from: 'ada', to: 'bob', cents: 200 }, {}, { value: { balance: 300 } }],
  ['input error', { from: 'ada', to: 'bob', cents: -1 }, {}, { errors: [{ key: 'data/cents:TooSmall' }] }],
  ['unknown field', { from: 'ada', to: 'bob', cents: 1, x: 1 }, {}, { errors: [{ key: 'data:UnrecognizedKeys' }] }],
  ['missing record', { from: 'ada', to: 'eve', cents: 1 }, {}, { errors: [{ key: 'data/to:NotFound' }] }],
  [
    'declared error',
    { from: 'ada', to: 'bob', cents: 900 },
    {},
    { errors: [{ key: 'domain:InsufficientFunds', data: { missing: 600 } }] },
  ],
  ['denied', { from: 'ada', to: 'bob', cents: 1 }, { stranger: true }, { errors: [{ key: 'auth:Unauthenticated' }] }],
  [
    'deadline exceeded',
    { from: 'ada', to: 'bob', cents: 14 },
    { timeoutMs: 200 },
    { errors: [{ key: 'runtime:DeadlineExceeded' }] },
  ],
  ['defect', { from: 'ada', to: 'bob', cents: 13 }, {}, { errors: [{ key: 'system:Internal' }] }],
])('%s: the same outcome from code, over HTTP and on the command line', async (name, input, options, expected) => {
  const code = await inProcess(input, options)
  expect(code).toMatchObject(expected as object)
  // A success changes a balance, so each way gets the same one to start from.
  const back = { from: 'bob', to: 'ada', cents: 200 }
  expect(await overHttp(input, options)).toEqual(code)
  if (name === 'success') await overHttp(back, {})
  const flags = options.stranger ? ['--stranger'] : ['--as', 'ann', '--may', 'bank:*']
  if (options.timeoutMs !== undefined) flags.push('--timeout', `${options.timeoutMs}ms`)
  expect(await overCli('bank.TransferMoney', input, flags)).toEqual(code)
})
