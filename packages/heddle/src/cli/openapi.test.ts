import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-openapi-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function openapi(app: string, ...argv: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const file = join(import.meta.dirname, '../../../..', app)
  const code = await main(['openapi', '--app', file, '--folder', join(folder, 'data'), ...argv], around)
  return { code, out: io.text(), err: io.errors() }
}

test('openapi prints what an app serves, or writes it to a file, without starting the app', async () => {
  const printed = await openapi('examples/bank/app.ts', '--url', 'https://bank.example')
  expect(printed.code).toBe(0)
  const document = JSON.parse(printed.out) as object
  expect(document).toMatchObject({
    openapi: '3.1.1',
    servers: [{ url: 'https://bank.example' }],
    paths: { '/bank/TransferMoney': { post: { 'x-access': 'bank:transfer' } } },
  })
  const out = join(folder, 'openapi.json')
  const written = await openapi('examples/bank/app.ts', '--url', 'https://bank.example', '--out', out)
  expect(written).toMatchObject({ code: 0, out: `written to ${out}\n` })
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual(document)
})

test('an app that serves nothing over HTTP is told so', async () => {
  const refused = await openapi('packages/heddle/fixtures/hello.ts')
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('needs the part http()')
})
