import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-load-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const files: Record<string, [text: string, place: string, reason: string, help?: string]> = {
  'syntax.ts': ['const x = {\n  a: 1,,\n}\n', 'syntax.ts:2:8', 'Unexpected token'],
  'types.ts': ['enum A { B }\nexport default A\n', 'types.ts:1:1', 'enum is not supported'],
  'twice.ts': ['export {}\nlet a = 1\nlet a = 2\n', 'twice.ts:3:5', "'a' has already been declared"],
  'inner.ts': [`import './syntax.ts'\n`, 'syntax.ts:2:8', 'Unexpected token'],
  'missing.ts': [
    `\nimport { a } from './gone.ts'\nexport default a\n`,
    'missing.ts:2:',
    'it imports gone.ts, which does not exist',
  ],
  'package.ts': [
    `import a from 'not-there'\nexport default a\n`,
    'package.ts:1:16',
    "it imports 'not-there', which is not installed",
    'Install it with npm install not-there.',
  ],
  'name.ts': [
    `import { nope } from 'heddle'\nexport default nope\n`,
    'name.ts:1:10',
    "does not provide an export named 'nope'",
  ],
  'throws.ts': [
    'const f = () => {\n  throw new Error("boom")\n}\nexport default f()\n',
    'throws.ts:2:9',
    'it threw "boom" while it was loaded',
  ],
  'json.ts': [
    `\nexport default JSON.parse('{bad')\n`,
    'json.ts:2:21',
    "it threw \"Expected property name or '}' in JSON",
  ],
  'pattern.ts': [`export default new RegExp('(')\n`, 'pattern.ts:1:16', 'it threw "Invalid regular expression'],
  'waits.ts': [
    `await new Promise(() => {})\nexport default 1\n`,
    'waits.ts',
    'an await outside of functions, in it or in what it imports, waits for something that never comes',
    'Wait in the body of a command instead.',
  ],
  'rejects.ts': [
    `const f = async () => {\n  throw new Error('boom')\n}\nvoid f()\nexport default 1\n`,
    'rejects.ts:2:9',
    'a promise that nobody awaited was rejected with "boom" while it was loaded',
    'Await it.',
  ],
  'rejects-text.ts': [
    `void Promise.reject('boom')\nexport default 1\n`,
    'rejects-text.ts',
    'a promise that nobody awaited was rejected with "boom" while it was loaded',
    'Await it.',
  ],
  'text.ts': ['throw "no error"\n', 'text.ts', 'it threw "no error" while it was loaded'],
  'definition.ts': [
    `import { app, command } from 'heddle'\nimport { z } from 'zod'\n\nconst bad = command('bad name', { input: z.object({}), output: z.object({}), run: () => ({}) })\nexport default app('x', { parts: [bad] })\n`,
    'definition.ts:4:13',
    'a name is written domain.VerbNoun',
    'Correct the definition.',
  ],
  'nothing.ts': ['const a = 1\n', 'nothing.ts', 'it exports nothing, but an app was expected'],
  'named.ts': [
    `import { app } from 'heddle'\nexport const bank = app('bank', { parts: [] })\n`,
    'named.ts',
    'it has no default export (the app is exported as bank), but an app was expected',
  ],
  'function.ts': [
    'export default () => 1\n',
    'function.ts',
    'its default export is a function, but an app was expected',
  ],
  'number.ts': ['export default 3\n', 'number.ts', 'its default export is 3, but an app was expected'],
  'command.ts': [
    `import { command } from 'heddle'\nimport { z } from 'zod'\nexport default command('a.Do', { input: z.object({}), output: z.object({}), run: () => ({}) })\n`,
    'command.ts',
    'its default export is the command a.Do, but an app was expected',
  ],
}

// Node itself has to load the files: the test runner reads TypeScript in its own way, with errors of its own.
const script = `
const { loadAppFile } = await import(${JSON.stringify(join(import.meta.dirname, 'load.ts'))})
const told = {}
for (const file of ${JSON.stringify(Object.keys(files))}) {
  told[file] = await loadAppFile(${JSON.stringify(`${folder}/`)} + file).then(
    () => 'loaded',
    ({ code, data, message, help }) => ({ code, data, message, help }),
  )
}
console.log(JSON.stringify(told))
`

let told: Record<string, { code: string; data: { file: string; reason: string }; message: string; help: string }>
beforeAll(() => {
  symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(join(folder, 'data'))
  for (const [file, [text]] of Object.entries(files)) writeFileSync(join(folder, file), text)
  const out = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    encoding: 'utf8',
  })
  told = JSON.parse(out) as typeof told
})

test.each(Object.entries(files))(
  'a broken app file, %s, is told with its place and what was expected',
  (file, [, place, reason, help]) => {
    expect(told[file]).toMatchObject({ code: 'InvalidAppFile' })
    expect(told[file]!.data.file).toContain(place)
    expect(told[file]!.data.reason).toContain(reason)
    expect(told[file]!.message).not.toContain('    at ')
    const isNoApp = reason.endsWith('but an app was expected')
    const usual = isNoApp ? 'The file of an app ends in `export default app(…)`.' : 'Correct it there.'
    expect(told[file]!.help).toBe(help ?? usual)
  },
)
