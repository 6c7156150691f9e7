// Proves that what would be published works: packs the built packages, installs them into an empty project, uses them.
import { execFileSync } from 'node:child_process'
import { deepEqual, equal, match, ok } from 'node:assert'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

const packages = join(import.meta.dirname, '../packages')
const compiler = join(import.meta.dirname, '../node_modules/typescript/bin/tsc')
const folder = mkdtempSync(join(tmpdir(), 'heddle-packed-'))
const project = join(folder, 'project')
// The Node that runs this is the one that the project must be run with.
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), NODE_ENV: '' }
const run = (cwd: string, program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], timeout: 300_000 })

try {
  const tarballs = readdirSync(packages)
    .map((name) => join(packages, name, 'dist'))
    .filter((dist) => existsSync(dist))
    .map((dist) =>
      join(folder, run(dist, 'npm', 'pack', '--silent', '--pack-destination', folder).trim().split('\n').at(-1) ?? ''),
    )
  ok(tarballs.length > 0, 'nothing is built: npm run build')

  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'packed', private: true, type: 'module' }))
  run(project, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs)

  writeFileSync(
    join(project, 'app.ts'),
    `import { app, command, pipeline, sqlite, workflow } from 'heddle'
import { z } from 'zod'

export const greet = command('hello.Greet', {
  input: z.object({ name: z.string().min(1) }),
  output: z.object({ greeting: z.string() }),
  access: 'public',
  run: ({ input }) => ({ greeting: 'Hello, ' + input.name }),
})

export const welcome = workflow('hello.Welcome', {
  input: z.object({ name: z.string() }),
  output: z.object({ greeting: z.string() }),
  access: 'public',
  steps: [greet],
  async run({ input, step, sleep }) {
    await sleep('a moment', '1ms')
    return step('greet', greet, input)
  },
})
export const shout = pipeline(new URL('./shout.yaml', import.meta.url), { commands: [greet] })

export default app('hello', { parts: [greet, welcome, shout], database: sqlite() })
`,
  )
  writeFileSync(
    join(project, 'shout.yaml'),
    `heddle: 1
pipeline: hello.Shout
access: public
steps:
  - { id: greet, call: hello.Greet }
  - { id: loud, map: it.greeting + '!' }
`,
  )
  writeFileSync(
    join(project, 'use.ts'),
    `import { runsOf } from 'heddle'
import hello, { greet, shout, welcome } from './app.ts'
const opened = await hello.open()
await opened.start()
console.log(JSON.stringify(await opened.call(greet, { name: 'Ada' })))
console.log((await opened.call(greet, { name: '' })).ok)
// @ts-expect-error The published types know the input: a name is text.
console.log((await opened.call(greet, { name: 1 })).ok)
console.log(JSON.stringify(await opened.call(shout.command, { name: 'Bo' })))
const run = await runsOf(opened).start(welcome, { name: 'Cy' })
const outcome = await run.outcome()
if (outcome.ok) console.log(outcome.value.greeting.length)
// @ts-expect-error The input of a run is checked as well.
await runsOf(opened).start(welcome, { name: 1 }).catch(() => console.log('refused'))
await opened.close()
`,
  )

  const [answer, ...said] = run(project, process.execPath, 'use.ts').trim().split('\n')
  equal(answer, '{"ok":true,"value":{"greeting":"Hello, Ada"}}')
  deepEqual(said, ['false', 'false', '{"ok":true,"value":"Hello, Bo!"}', '9', 'refused'])
  const settings = [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--lib',
    'es2024,esnext.disposable,dom',
    '--skipLibCheck',
  ]
  run(project, process.execPath, compiler, ...settings, '--allowImportingTsExtensions', 'use.ts')
  const heddle = (...words: string[]) => run(project, 'npx', 'heddle', ...words)
  match(heddle('list'), /hello\.Greet/)
  match(heddle('pipeline', 'show', 'hello.Shout'), /loud +map it\.greeting/)
  match(heddle('runs', 'list'), /hello\.Welcome +succeeded/)
  console.log(
    `${tarballs.length} packed packages work in an empty project: calls, plans, runs, their types, npx heddle`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
