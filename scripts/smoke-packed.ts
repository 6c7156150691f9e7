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
    `import { app, command } from 'heddle'
import { z } from 'zod'

export const greet = command('hello.Greet', {
  input: z.object({ name: z.string().min(1) }),
  output: z.object({ greeting: z.string() }),
  access: 'public',
  run: ({ input }) => ({ greeting: 'Hello, ' + input.name }),
})

export default app('hello', { parts: [greet] })
`,
  )
  writeFileSync(
    join(project, 'use.ts'),
    `import hello, { greet } from './app.ts'
const opened = await hello.open()
console.log(JSON.stringify(await opened.call(greet, { name: 'Ada' })))
console.log((await opened.call(greet, { name: '' })).ok)
// @ts-expect-error The published types know the input: a name is text.
console.log((await opened.call(greet, { name: 1 })).ok)
await opened.close()
`,
  )

  const [answer, ...refused] = run(project, process.execPath, 'use.ts').trim().split('\n')
  equal(answer, '{"ok":true,"value":{"greeting":"Hello, Ada"}}')
  deepEqual(refused, ['false', 'false'])
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
  match(run(project, 'npx', 'heddle', 'list'), /hello\.Greet/)
  console.log(`${tarballs.length} packed packages work in an empty project: calls, their types, npx heddle list`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
