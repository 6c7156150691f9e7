import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from '../cli/main.ts'

/** What the guide shows is what the tool does. */

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/configuration.md'), 'utf8')
const block = (kind: string) => {
  const found = new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'ms').exec(guide)
  if (!found) throw new Error(`the guide shows no ${kind}`)
  return found[1]!
}

const root = mkdtempSync(join(tmpdir(), 'heddle-config-guide-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(root, 'node_modules'))

function folderWith(app: string) {
  const folder = mkdtempSync(join(root, 'app-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(join(folder, 'app.ts'), app)
  return folder
}

async function show(file: string, text: string, ...argv: string[]) {
  const folder = folderWith(block('ts'))
  writeFileSync(join(folder, file), text)
  return run(folder, 'config', 'show', ...argv)
}

async function run(folder: string, ...argv: string[]) {
  const io = memoryIo()
  const environment = { DB_URL: 'pg://secret' }
  const signal = new AbortController().signal
  const code = await main(argv, { io, cwd: folder, environment, signal, entry: 'unused' })
  return { code, out: io.text().replaceAll(`${folder}/`, ''), err: io.errors().replaceAll(`${folder}/`, '') }
}

test('the guide shows what the tool prints of its app, and its TOML says the same as its YAML', async () => {
  const { out } = await show('heddle.config.yaml', block('yaml'), '--set', 'maxRows=50')
  expect(out).toBe(block('text'))
  const values = (text: string) => text.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2))
  const toml = await show('heddle.config.toml', block('toml'), '--set', 'maxRows=50')
  expect(values(toml.out)).toEqual(values(out))
})

test('the guide shows what the tool says of a configuration that does not fit', async () => {
  expect(await show('heddle.config.yaml', block('yaml wrong'))).toEqual({ code: 78, out: '', err: block('text wrong') })
})

test('the command in the guide reads the configuration', async () => {
  const called = await run(folderWith(block('ts command')), 'call', 'bank.TellLimit', '--json', '--set', 'maxRows=7')
  expect(called).toEqual({ code: 0, out: '{"ok":true,"value":7}\n', err: '' })
})
