import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jsonLog, memoryLog, type Ports } from '@heddle/core'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import hello from '../../fixtures/hello.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-log-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function heddle(line: string) {
  const io = memoryIo()
  const file = join(import.meta.dirname, '../../fixtures/hello.ts')
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const code = await main([...line.split(' '), '--app', file, '--folder', folder], around)
  return { code, out: io.text(), err: io.errors() }
}

async function served(log: Ports['log']) {
  const app = await withOperations(hello).open({ folder, ports: { log }, environment: { PORT: '0' } })
  await app.start()
  return { app, [Symbol.asyncDispose]: () => app.close() }
}

test('levels of the process that serves the app are shown and set, for all and for a domain', async () => {
  const log = jsonLog('warning', () => undefined)
  await using _serving = await served(log)
  expect((await heddle('log level')).out).toBe('warning  all\n')
  expect((await heddle('log level bank=debug')).out).toBe('warning  all others\ndebug    bank\n')
  expect(log.levels!.allows('debug', 'bank')).toBe(true)
  expect((await heddle('log level info')).out).toBe('info     all others\ndebug    bank\n')
  expect(JSON.parse((await heddle('log level --json')).out)).toEqual({ level: 'info', domains: { bank: 'debug' } })
  expect((await heddle('log level bank=default')).out).toBe('info     all\n')
  expect((await heddle('log level default')).out).toBe('warning  all\n')
})

test.each(['loud', '=debug', 'bank=loud'])('the level %s is refused', async (level) => {
  await using _serving = await served(jsonLog())
  const { code, err } = await heddle(`log level ${level}`)
  expect(code).toBe(64)
  expect(err).toContain(`"${level}" is neither a level (debug, info, warning, error, fatal, default) nor DOMAIN=LEVEL`)
})

test('where nobody serves the app, or its log has no levels, it says so', async () => {
  expect((await heddle('log level debug')).err).toContain('A process that serves the app cannot be reached.')
  await using _serving = await served(memoryLog())
  expect((await heddle('log level debug')).err).toContain("The levels of this app's log cannot be reached.")
})
