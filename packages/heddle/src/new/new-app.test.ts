import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createApp } from './create-app.ts'
import { nextSteps } from './next-steps.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-new-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const repository = join(import.meta.dirname, '../../../..')
const bin = join(import.meta.dirname, '../bin.js')

test('a new app type-checks, passes its own tests and does what its README says', { timeout: 90_000 }, async () => {
  const folder = join(root, 'tasks')
  expect(await createApp(folder)).toContain('app.ts')
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  const run = (...argv: string[]) => execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })

  run(join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.')
  expect(run('--test', '--test-reporter=tap')).toContain('# pass 2\n# fail 0')

  const added = JSON.parse(run(bin, 'call', 'tasks.AddTask', 'Weave a scarf')) as { value: { id: string } }
  expect(JSON.parse(run(bin, 'call', 'tasks.ListTasks'))).toEqual({
    ok: true,
    value: { tasks: [{ id: added.value.id, title: 'Weave a scarf', done: false }] },
  })
  expect(run(bin, 'check')).toBe('safe: nothing is deployed yet\n')
})

test('a checkout says how its own packages are installed', () => {
  const said = execFileSync(process.execPath, [bin, 'new', 'notes'], { cwd: root, encoding: 'utf8' })
  expect(said).toContain(`\n\n${nextSteps('notes', repository).join('\n')}\n`)
  expect(nextSteps('notes')).toEqual(['cd notes', 'npm install', 'npm start'])
})

test('a name that no package can have is refused before anything is written', async () => {
  await expect(createApp(join(root, '1 & only'))).rejects.toMatchObject({ code: 'InvalidUsage' })
})
