// npm run test:services: installs what the tests against real servers and tools need, then runs them.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { needsOf, provide } from './services/needs.ts'

const root = join(import.meta.dirname, '..')
const tests = globSync('{packages,examples,test,scripts}/**/*.service.test.ts', {
  cwd: root,
  exclude: (path) => path === 'node_modules' || path === 'dist',
})
  .toSorted()
  .map((file) => ({ file, needs: needsOf(readFileSync(join(root, file), 'utf8')) }))

const { missing, installed } = provide([...new Set(tests.flatMap(({ needs }) => needs))])
if (installed.length > 0) console.log(`installed: ${installed.join(', ')}`)
for (const [need, why] of missing) console.log(`missing: ${need}: ${why}`)

const skipped = tests.filter(({ needs }) => needs.some((need) => missing.has(need)))
const runnable = tests.filter((one) => !skipped.includes(one))
for (const { file, needs } of skipped)
  console.log(`skipped: ${file} needs ${needs.filter((need) => missing.has(need)).join(', ')}`)

let status = 0
if (runnable.length > 0) {
  const reporters =
    process.env.CI === 'true'
      ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report('services')}`]
      : []
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  // Exact files, so that a test that cannot run here is not started.
  const args = [
    'run',
    '--project',
    'services',
    ...reporters,
    ...runnable.map(({ file }) => file),
    ...process.argv.slice(2),
  ]
  status = spawnSync(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit' }).status ?? 1
}
console.log(`service tests: ${runnable.length} files run, ${skipped.length} files skipped`)

// Where the machine is ours to furnish, a server that is not there is a broken test run and no reason to skip.
if (skipped.length > 0 && process.env.CI === 'true') status ||= 1
process.exitCode = status

function report(name: string): string {
  return join(process.env.HEDDLE_REPORTS ?? join(root, 'node_modules/.cache/heddle-reports'), `${name}.json`)
}
