import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import app, { openAccount } from './app.ts'

const root = join(import.meta.dirname, '../..')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-bank-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the call from code finds what other ways in have stored, and its failure is typed', async () => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const file of ['examples/bank/app.ts', 'examples/bank/transfer.ts', 'examples/bank/package.json']) {
    copyFileSync(join(root, file), join(folder, basename(file)))
  }
  const bank = await app.open({ folder: join(folder, '.heddle') })
  await bank.callOrThrow(openAccount, { id: 'ada', balance: 300 })
  await bank.callOrThrow(openAccount, { id: 'bob', balance: 200 })
  await bank.close()

  const said = execFileSync(process.execPath, [join(folder, 'transfer.ts')], { encoding: 'utf8' })
  expect(said).toBe('600 cents are missing\n')
})
