import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { runTool, type Tool } from '../packages/heddle/fixtures/run-tool.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-marked-'))
const file = join(import.meta.dirname, 'fixtures/vault.ts')
let server: Tool | undefined
afterEach(async () => {
  server?.process.kill('SIGKILL')
  await server?.ended()
  rmSync(folder, { recursive: true, force: true })
})

const person = (nth: number) => ({
  id: `zq-${nth}-xylograph`,
  name: `Zephyrine Quillfeather ${nth}`,
  number: `471-88-209${nth}`,
  born: `1977-05-2${nth}T04:05:06.789Z`,
  pin: 918_273_640 + nth,
  tags: [`obelisk-juniper-${nth}`],
  notes: { diary: `the marzipan ledger ${nth}` },
})
/** What must not be found, as it was given and as dates may be kept. */
const words = [
  'xylograph',
  'Zephyrine',
  'Quillfeather',
  '471-88-209',
  '1977-05-2',
  '91827364',
  'obelisk-juniper',
  'marzipan',
]
const secrets = words.concat([1, 2, 3, 4, 5, 6].map((nth) => String(Date.parse(person(nth).born))))
const found = (bytes: string | Buffer) => secrets.filter((secret) => bytes.includes(secret))

async function collector() {
  const received: string[] = []
  const listener = createServer(async (request, answer) => {
    received.push(`${request.url} ${await text(request)}`)
    answer.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  return { received, url, [Symbol.asyncDispose]: async () => void listener.close() }
}

test('no marked value is in logs, traces, metrics, errors, manifest, or in the files of the database without its entities', async () => {
  await using observed = await collector()
  const env = {
    HEDDLE_APP: file,
    HEDDLE_FOLDER: folder,
    HEDDLE_KEYS: `k1:${Buffer.alloc(32, 5).toString('base64')}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: observed.url,
    PORT: '0',
  }
  server = runTool(folder, ['start', '--verbose'], { env })
  const url = (await server.says(/ready (http:\/\/127\.0\.0\.1:\d+)/))[1]!
  const tool = (...argv: string[]) => runTool(folder, argv, { env }).ended()
  const told: Record<string, string> = {}

  const post = async (body: unknown, key: string) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    const sent = typeof body === 'string' ? body : JSON.stringify(body)
    const answer = await fetch(`${url}/vault/Enroll`, { method: 'POST', headers, body: sent })
    return { status: answer.status, body: await answer.text() }
  }
  const kept = await post({ ...person(1), mode: 'keep' }, 'k1')
  expect(kept).toEqual({ status: 200, body: JSON.stringify({ name: person(1).name }) })
  expect(await post({ ...person(1), mode: 'keep' }, 'k1')).toEqual(kept)
  for (const [key, body, status] of [
    ['k2', { ...person(2), mode: 'refuse' }, 422],
    ['k2', { ...person(2), mode: 'refuse' }, 422],
    ['k2', { ...person(2), mode: 'break' }, 422],
    ['k3', { ...person(3), mode: 'break' }, 500],
    ['k4', { ...person(1), mode: 'keep' }, 409],
    [
      'k5',
      { ...person(4), mode: 'keep', number: 'obelisk-juniper', pin: 'marzipan', [person(4).name]: 'xylograph' },
      400,
    ],
    ['k6', `${JSON.stringify(person(5))},`, 400],
  ] as const) {
    const answer = await post(body, key)
    expect([key, answer.status]).toEqual([key, status])
    told[`answer to ${key} ${status}`] = answer.body
  }
  expect((await fetch(`${url}/people/${person(1).id}`)).status).toBe(200)
  told['a record that is not there'] = await (await fetch(`${url}/people/${person(6).id}`)).text()
  told.metrics = await (await fetch(`${url}/metrics`)).text()
  told.openApi = await (await fetch(`${url}/openapi.json`)).text()
  told.page = await (await fetch(url)).text()

  await server.says('vault.Watch gave up on the event')
  const call = await tool('call', 'vault.Enroll', '--input', JSON.stringify({ ...person(6), mode: 'refuse' }))
  told['refused on the command line'] = call.out
  expect(call.out).toContain('Refused')
  for (const words of ['manifest', 'dlq list', 'history list', 'doctor', 'dlq replay'])
    told[words] = (await tool(...words.split(' '))).out
  const { letters } = JSON.parse((await tool('dlq', 'list', '--json')).out) as {
    letters: { id: string; command: string }[]
  }
  expect(new Set(letters.map(({ command }) => command))).toEqual(new Set(['vault.Enroll', 'vault.Watch']))
  for (const { id } of letters) told[`dlq show ${id}`] = (await tool('dlq', 'show', id)).out
  const { calls } = JSON.parse((await tool('history', 'list', '--json')).out) as {
    calls: { id: string; command: string }[]
  }
  const calledIds = calls.filter(({ command }) => command.startsWith('vault.')).map(({ id }) => id)
  for (const id of calledIds.slice(0, 4)) told[`history show ${id}`] = (await tool('history', 'show', id)).out
  server.process.kill('SIGTERM')
  told.logs = (await server.ended()).out
  told.observed = observed.received.join('\n')

  expect(told.logs).toContain('enrolling •••')
  expect(told.metrics).toContain('vault.Enroll')
  expect(told.observed).toContain('/v1/traces')
  expect(told.observed).toContain('/v1/metrics')
  expect(
    Object.entries(told).flatMap(([where, bytes]) => found(bytes).map((secret) => `${secret} in ${where}`)),
  ).toEqual([])

  const path = join(folder, 'app.db')
  expect(found(readFileSync(path)).length).toBeGreaterThan(0)
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = DELETE; PRAGMA foreign_keys = OFF; DROP TABLE "vault.Person"; VACUUM')
  const rows = (table: string) => database.prepare(`SELECT count(*) AS rows FROM "heddle.${table}"`).get()!.rows
  const tables = ['Answer', 'DeadLetter', 'Event', 'StreamEvent', 'Snapshot', 'Call']
  expect(tables.filter((table) => rows(table) === 0)).toEqual([])
  database.close()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const inFiles = files.flatMap(({ parentPath, name }) =>
    found(readFileSync(join(parentPath, name))).map((secret) => `${secret} in ${name}`),
  )
  expect(inFiles).toEqual([])
}, 120_000)
