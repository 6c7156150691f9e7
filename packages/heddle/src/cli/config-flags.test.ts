import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { splitFlags } from './config-flags.ts'
import { main } from './main.ts'
import { registry } from './registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-flags-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(folder, 'node_modules'))
const files = {
  'package.json': '{"type":"module"}',
  'plain.ts': "import { app } from 'heddle'\nexport default app('plain', { parts: [] })\n",
  'app.ts': `import { app } from 'heddle'
import { z } from 'zod'
const teller = {
  kind: { name: 'teller', compare: () => [] },
  name: 'bank.Teller',
  describe: () => ({}),
  start: ({ app }) => JSON.stringify(app.config),
}
export default app('bank', {
  parts: [teller],
  config: z.object({
    maxRows: z.int().default(100),
    dry: z.boolean().default(false),
    mode: z.string().default('plain'),
    database: z.object({ poolSize: z.int().default(4) }).prefault({}),
  }),
})
`,
}
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)

/** Starts an app that is asked to end at once. */
async function start(...words: string[]) {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: AbortSignal.abort(), entry: 'unused' }
  const code = await main(['start', ...words], around)
  return { code, out: io.text(), err: io.errors() }
}

test('values of the configuration are options of their own, and win over --set', async () => {
  const { code, out } = await start(
    'app.ts',
    '--max-rows',
    '5',
    '--dry',
    '--database.pool-size=8',
    '--set',
    'maxRows=7',
  )
  expect(code).toBe(0)
  expect(out).toContain('{"maxRows":5,"dry":true,"mode":"plain","database":{"poolSize":8}}')
})

test('an option that the configuration does not have is refused, with the nearest one', async () => {
  expect(await start('app.ts', '--max-row', '5')).toMatchObject({
    code: 64,
    err: expect.stringContaining(
      "unknown option '--max-row': the configuration has no such value; did you mean maxRows?",
    ),
  })
  expect(await start('plain.ts', '--max-rows', '5')).toMatchObject({
    code: 64,
    err: expect.stringContaining("unknown option '--max-rows'"),
  })
  for (const file of ['app.ts', 'plain.ts']) {
    expect(await start(file, '--port', '3191')).toMatchObject({
      code: 64,
      err: expect.stringMatching(/unknown option '--port'.*; say PORT=3191 in the environment/),
    })
  }
})

test('a value that does not fit is told with its option', async () => {
  const { code, err } = await start('app.ts', '--max-rows', 'many')
  expect(code).toBe(78)
  expect(err).toContain('maxRows (--max-rows)')
})

test('options of the tool stay its own, and only commands that open the app to serve it take others', () => {
  const split = (...argv: string[]) => splitFlags(argv, registry)
  expect(split('--folder', 'x', 'start', 'app.ts', '--speed', '1d/s', '--mode', 'production', '--grace', '1s')).toEqual(
    {
      argv: ['--folder', 'x', 'start', 'app.ts', '--mode', 'production', '--grace', '1s'],
      flags: ['speed=1d/s'],
    },
  )
  expect(split('check', '--speed', '1')).toEqual({ argv: ['check', '--speed', '1'], flags: [] })
  expect(split('dev', '--a', '--b=1')).toEqual({ argv: ['dev'], flags: ['a=true', 'b=1'] })
})
