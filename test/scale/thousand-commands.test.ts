import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { generateApp } from './generate.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')
// Inside the repository, so that the packages of the workspace are found.
const folder = mkdtempSync(join(root, 'test', 'scale', '.generated-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('an app of 1,000 commands, each calling three others, type-checks within 2.5 million instantiations', async () => {
  const empty = await typeCheck('empty', `import { command } from '@heddle/core'\nexport { command }\n`)
  const file = generateApp(folder, 1000)
  const full = await typeCheck('full', `export { default } from '${file}'\n`)
  console.log(
    `instantiations: ${full.instantiations} (empty ${empty.instantiations}); seconds: ${full.seconds} (empty ${empty.seconds})`,
  )
  expect(full.instantiations).toBeLessThan(2_500_000)
}, 120_000)

test('it opens, lists every command and answers a call four deep', async () => {
  const file = generateApp(folder, 1000)
  const script = `
    const from = performance.now()
    const { default: big } = await import(${JSON.stringify(file)})
    const imported = performance.now()
    const open = await big.open()
    const opened = performance.now()
    const outcome = await open.callByName('d3.Do24', { id: 'x', count: 2 })
    console.log(JSON.stringify({ commands: open.commands.size, outcome, importMs: imported - from, openMs: opened - imported }))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: root })
  const { commands, outcome, importMs, openMs } = JSON.parse(stdout) as Record<string, unknown>
  console.log(
    `start of 1,000 commands: import ${Math.round(Number(importMs))} ms, open ${Math.round(Number(openMs))} ms`,
  )
  expect(commands).toBe(1000)
  expect(outcome).toMatchObject({ ok: true, value: { state: 'done' } })
})

async function typeCheck(name: string, text: string) {
  const entry = join(folder, `${name}.ts`)
  const config = join(folder, `tsconfig.${name}.json`)
  writeFileSync(entry, text)
  writeFileSync(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), include: [], exclude: [], files: [entry] }),
  )
  // One checker: parallel ones repeat each other's work, and how much of it depends on the machine.
  const flags = ['--extendedDiagnostics', '--checkers', '1']
  const { stdout } = await run(join(root, 'node_modules', '.bin', 'tsc'), ['-p', config, '--noEmit', ...flags])
  const figure = (label: string) => Number(new RegExp(`${label}:\\s+([\\d.]+)`).exec(stdout)?.[1])
  return { instantiations: figure('Instantiations'), seconds: figure('Total time') }
}
