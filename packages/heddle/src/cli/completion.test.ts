import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from './main.ts'

/** The scripts run in the shells themselves, which ask the real tool. */

const folder = mkdtempSync(join(tmpdir(), 'heddle-completion-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tool = join(folder, 'bin/heddle')
mkdirSync(join(folder, 'bin'))
writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, '../bin.js')}' "$@"\n`)
chmodSync(tool, 0o755)
writeFileSync(join(folder, 'only.ts'), '')

const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, TERM: 'dumb', HOME: folder }
const run = (shell: string, ...argv: string[]) => execFileSync(shell, argv, { encoding: 'utf8', cwd: folder, env })

async function scriptFor(shell: string): Promise<string> {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  await main(['completion', shell], around)
  return io.text()
}

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0
const missing = (shell: string) => `${shell} is not installed here: its completion was not run`

test('bash completes words by asking the tool', async ({ skip }) => {
  if (!has('bash')) skip(missing('bash'))
  const script = await scriptFor('bash')
  const complete = (...words: string[]) =>
    run(
      'bash',
      '-c',
      `${script}\nCOMP_WORDS=(heddle ${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length}\n_heddle\necho "\${COMPREPLY[*]}"`,
    )
  expect(complete('migrate', '')).toBe('apply plan status\n')
  // bash breaks words at the equals sign.
  expect(complete('list', '--mode', '=', 'prod')).toBe('production\n')
})

test('fish completes words by asking the tool, and files where it knows nothing', async ({ skip }) => {
  if (!has('fish')) skip(missing('fish'))
  writeFileSync(join(folder, 'heddle.fish'), await scriptFor('fish'))
  const complete = (line: string) =>
    run('fish', '--no-config', '-c', `source heddle.fish; complete --do-complete '${line}'`).trimEnd().split('\n')
  expect(complete('heddle migrate ')).toEqual(['apply', 'plan', 'status'])
  expect(complete('heddle list --mode=prod')).toEqual(['--mode=production'])
  expect(complete('heddle list --app on')).toEqual(['only.ts'])
})

/** Types into a zsh on a terminal of its own, and gives back what stands on its line then. */
function typeIntoZsh(line: string, setUp: string): string {
  const shows = `zle -N zle-line-init ready; ready() { print -n '<ready>' }
zle -N show; show() { print -rn -- "<$BUFFER>" }; bindkey '^X' show; unsetopt beep`
  writeFileSync(join(folder, '.zshrc'), `${setUp}\n${shows}\n`)
  const script = `
zmodload zsh/zpty
zpty shell "ZDOTDIR=. zsh -d -i"
zpty -r shell out '*<ready>*'
zpty -w -n shell $'${line}\\t\\x18'
zpty -r shell out '*<*>*'
print -r -- "$out"
zpty -d shell`
  const [, shown = ''] = /<(.*)>/.exec(run('zsh', '-f', '-c', script)) ?? []
  return shown
}

test('zsh completes words by asking the tool, and files where it knows nothing', async ({ skip }) => {
  if (!has('zsh')) skip(missing('zsh'))
  writeFileSync(join(folder, '_heddle'), await scriptFor('zsh'))
  const evaluated = 'autoload -Uz compinit && compinit -u -D; source ./_heddle'
  expect(typeIntoZsh('heddle migrate st', evaluated)).toBe('heddle migrate status ')
  expect(typeIntoZsh('heddle list --mode=prod', evaluated)).toBe('heddle list --mode=production ')
  expect(typeIntoZsh('heddle list --app on', evaluated)).toBe('heddle list --app only.ts ')
  const fromFolder = 'fpath=($PWD $fpath); autoload -Uz compinit && compinit -u -D'
  expect(typeIntoZsh('heddle migrate st', fromFolder)).toBe('heddle migrate status ')
})

test('a shell that it does not know is told with those that it knows', async () => {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  expect(await main(['completion', 'tcsh'], around)).toBe(64)
  expect(io.errors()).toContain('bash, zsh, fish')
})
