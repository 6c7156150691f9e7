import { expect, test } from 'vitest'
import { checkAny } from './any.ts'
import { checkDeadFiles } from './dead-files.ts'
import { checkDependencies } from './dependencies.ts'
import { checkDocComments } from './doc-comments.ts'
import { checkErrorCodes } from './error-codes.ts'
import { checkExports } from './exports.ts'
import { checkLayers } from './layers.ts'
import { checkLength } from './length.ts'
import { checkPorts } from './ports.ts'
import { treeOfTexts } from './tree.ts'
import type { Check } from './tree.ts'

/** What a check says about planted texts, as `file:line message` with the message cut to what tells it apart. */
const found = (check: Check, texts: Record<string, string>): string[] =>
  check(treeOfTexts(texts)).map(({ file, line, message }) => `${file}:${line} ${message}`)

const manifest = (name: string, more: object = {}): string =>
  JSON.stringify({ name, version: '1.0.0', exports: { '.': './src/index.ts' }, ...more }, null, 1)
const workspace = {
  'package.json': manifest('root', { devDependencies: { vitest: '5.1.0' } }),
  'packages/core/package.json': manifest('@heddle/core'),
  'packages/data/package.json': manifest('@heddle/data', { dependencies: { '@heddle/core': '1.0.0' } }),
  'packages/core/src/index.ts': `export { a } from './a.ts'`,
  'packages/core/src/a.ts': `/** A. */\nexport const a = 1`,
  'packages/data/src/index.ts': `export { b } from './b.ts'`,
  'packages/data/src/b.ts': `import { a } from '@heddle/core'\n/** B. */\nexport const b = a`,
}

test('a tidy workspace passes every check of the sources', () => {
  const checks = [
    checkLayers,
    checkDependencies,
    checkExports,
    checkDeadFiles,
    checkLength(),
    checkAny(),
    checkDocComments,
  ]
  for (const check of [...checks, checkPorts({})]) expect(found(check, workspace)).toEqual([])
})

test('an import that goes up, sideways, deep or around the entry point is found', () => {
  const lines = found(checkLayers, {
    ...workspace,
    'packages/types/package.json': manifest('@heddle/types'),
    'packages/weird/package.json': manifest('@heddle/weird'),
    'packages/core/src/a.ts': `import '@heddle/data'\nimport('@heddle/data')\ntype T = import('@heddle/data').T`,
    'packages/types/src/t.ts': `import '@heddle/data'\nimport '@heddle/core/src/a.ts'\nimport '../../core/src/a.ts'`,
    'packages/data/src/b.ts': `import '@heddle/data'`,
    'examples/e/app.ts': `import '../../packages/core/src/a.ts'\nimport '@heddle/core/internal/a'`,
  })
  expect(lines).toEqual([
    expect.stringContaining('packages/weird/package.json:1 has no layer'),
    expect.stringContaining('examples/e/app.ts:1 reaches into packages/core'),
    expect.stringContaining(`examples/e/app.ts:2 '@heddle/core/internal/a' is no entry point`),
    expect.stringContaining('packages/core/src/a.ts:1 core (layer 0) must not import data (layer 1)'),
    expect.stringContaining('packages/core/src/a.ts:2 core (layer 0) must not import data (layer 1)'),
    expect.stringContaining('packages/core/src/a.ts:3 core (layer 0) must not import data (layer 1)'),
    expect.stringContaining('packages/data/src/b.ts:1 imports its own package by name'),
    expect.stringContaining('packages/types/src/t.ts:1 types (layer 1) must not import data (layer 1)'),
    expect.stringContaining(`packages/types/src/t.ts:2 '@heddle/core/src/a.ts' is no entry point`),
    expect.stringContaining('packages/types/src/t.ts:3 reaches into packages/core by path'),
  ])
})

test('an import that only reads like one, in a string or a comment, is none', () => {
  const text = `// import '@heddle/data'\nexport const code = "import '@heddle/data'" + \`import('@heddle/data')\`\nimport.meta.resolve(code)`
  expect(found(checkLayers, { ...workspace, 'packages/core/src/a.ts': text })).toEqual([])
})

test('undeclared, unused and loosely pinned dependencies are found', () => {
  const lines = found(checkDependencies, {
    ...workspace,
    'packages/core/package.json': manifest('@heddle/core', {
      dependencies: { unused: '1.0.0', zod: '^4.0.0', yaml: '2.0.0' },
    }),
    'packages/core/src/a.ts': `import 'zod'\nimport 'undeclared/deep'\nimport 'fs'\nimport 'yaml'\nimport 'vitest'`,
    'packages/core/src/a.test.ts': `import 'vitest'\nimport 'node:fs'\nimport 'node:sqlite'`,
    'packages/data/package.json': manifest('@heddle/data', {
      dependencies: { '@heddle/core': '0.9.0', yaml: '2.0.1' },
    }),
    'packages/data/src/b.ts': `import 'yaml'\nimport '@heddle/core'`,
  })
  expect(lines).toEqual([
    expect.stringContaining(
      `packages/core/src/a.ts:2 imports 'undeclared', which packages/core/package.json does not declare`,
    ),
    expect.stringContaining(`packages/core/src/a.ts:3 write 'node:fs'`),
    expect.stringContaining(`packages/core/src/a.ts:5 imports 'vitest'`),
    expect.stringMatching(/^packages\/core\/package.json:\d+ declares 'unused'/),
    expect.stringMatching(/^packages\/core\/package.json:\d+ pins 'zod' to no exact version/),
    expect.stringMatching(/^packages\/data\/package.json:\d+ asks for @heddle\/core 0.9.0, the workspace has 1.0.0/),
    expect.stringMatching(/^packages\/data\/package.json:\d+ asks for yaml 2.0.1, packages\/core for 2.0.0/),
  ])
})

test('an app may declare what a package imports where it is there', () => {
  const files = {
    ...workspace,
    'packages/data/package.json': manifest('@heddle/data', {
      dependencies: { '@heddle/core': '1.0.0' },
      peerDependencies: { parquet: '^1.0.0' },
    }),
    'examples/flights/package.json': manifest('flights', { dependencies: { parquet: '1.0.0', unused: '1.0.0' } }),
  }
  expect(found(checkDependencies, files)).toEqual([
    expect.stringMatching(/^examples\/flights\/package.json:\d+ declares 'unused'/),
  ])
})

test('a file that is too long is found, and so is a list entry that is too generous', () => {
  const lines = (count: number): string => 'x\n'.repeat(count)
  const allowed = { 'b.ts': { lines: 700, reason: 'a table' }, 'gone.ts': { lines: 600, reason: 'a table' } }
  expect(
    found(checkLength(allowed), { 'a.ts': lines(501), 'b.ts': lines(650), 'c.ts': lines(500), 'd.md': lines(900) }),
  ).toEqual([
    'a.ts:500 has 501 lines, 500 are allowed: split it by purpose',
    'b.ts:650 shrank to 650 lines: lower the list to 650 in test/tidy/length.ts',
    'gone.ts:1 is gone: take it off the list in test/tidy/length.ts',
  ])
})

test('a file that nothing or only a test imports is found; workers and type imports count as used', () => {
  const lines = found(checkDeadFiles, {
    ...workspace,
    'packages/core/src/a.ts': `new Worker(new URL('./worker.ts', import.meta.url))\ntype T = import('./t.ts').T\nexport const a = 1`,
    'packages/core/src/worker.ts': `await import('./lazy.ts')`,
    'packages/core/src/lazy.ts': ``,
    'packages/core/src/t.ts': `export type T = 1`,
    'packages/core/src/dead.ts': `import './dead-too.ts'`,
    'packages/core/src/dead-too.ts': `// './lazy.ts'`,
    'packages/core/src/helper.ts': ``,
    'packages/core/src/fixtures/rows.ts': ``,
    'packages/core/src/a.test.ts': `import './helper.ts'\nimport './fixtures/rows.ts'`,
  })
  expect(lines).toEqual([
    'packages/core/src/dead-too.ts:1 nothing imports it: use it or remove it',
    'packages/core/src/dead.ts:1 nothing imports it: use it or remove it',
    'packages/core/src/helper.ts:1 only tests import it: move it under fixtures/ or the testing entry point',
  ])
})

test('exports that differ from the tree, and code in an index file, are found', () => {
  const lines = found(checkExports, {
    ...workspace,
    'packages/core/package.json': manifest('@heddle/core', {
      exports: { '.': './src/main.ts', './gone': './src/gone/index.ts' },
      bin: { tool: './src/bin.ts' },
    }),
    'packages/core/src/testing/index.ts': `export const x = 1\nconst y = 2\nexport {}\nimport './a.ts'\nexport * from './b.ts'`,
  })
  expect(lines).toEqual([
    expect.stringContaining(`exports '.' from ./src/main.ts: it belongs in ./src/index.ts`),
    expect.stringContaining(`exports '.' from ./src/main.ts, which does not exist`),
    expect.stringContaining(`exports './gone' from ./src/gone/index.ts, which does not exist`),
    expect.stringContaining(`bin ./src/bin.ts does not exist`),
    expect.stringContaining(`does not export './testing'`),
    expect.stringContaining('packages/core/src/testing/index.ts:1 an index.ts only exports'),
    expect.stringContaining('packages/core/src/testing/index.ts:2 an index.ts only exports'),
    expect.stringContaining('packages/core/src/testing/index.ts:4 an index.ts only exports'),
  ])
})

test('an error code without a row, without a place that raises it, or unknown to the catalogue is found', () => {
  const lines = found(checkErrorCodes, {
    'packages/core/src/error/codes.ts': `const x = 'Silent'\nexport const systemErrors = {\n  Fine: 1,\n  Silent: 2,\n  Secret: 3,\n} as const satisfies object`,
    'packages/core/src/a.ts': `raise('Fine')\nfail.Secret({})\ntype T = 'Silent'\n// 'Silent'`,
    'packages/core/src/a.test.ts': `raise('Silent')`,
    'docs/errors.md': '| code | means |\n|---|---|\n| `Fine` | x |\n| `Silent` | y |\n| `Ghost` | z |',
  })
  expect(lines).toEqual([
    expect.stringContaining('codes.ts:4 nothing in packages/*/src raises Silent'),
    expect.stringContaining('codes.ts:5 Secret has no row in the table'),
    expect.stringContaining('docs/errors.md:5 documents Ghost'),
  ])
  expect(found(checkErrorCodes, {})).toHaveLength(1)
  expect(found(checkErrorCodes, { 'packages/core/src/error/codes.ts': 'export {}' })).toHaveLength(1)
})

test('the type any is found in every shape, the word is not, and the list may only shrink', () => {
  const text = `const a: any = 1\nconst b = a as any\nconst c: any[] = []\nf<any>()\n// any\nconst any = 'any'\ntype Any = { any: 1 }`
  expect(found(checkAny({}), { 'a.ts': text }).map((line) => line.split(' ')[0])).toEqual([
    'a.ts:1',
    'a.ts:2',
    'a.ts:3',
    'a.ts:4',
  ])
  expect(found(checkAny({ 'a.ts': { count: 4, reason: 'r' } }), { 'a.ts': text })).toEqual([])
  expect(found(checkAny({ 'a.ts': { count: 5, reason: 'r' } }), { 'a.ts': text })[0]).toContain('lower the list to 4')
  expect(found(checkAny({ 'b.ts': { count: 1, reason: 'r' } }), {})[0]).toContain('is gone')
})

test('every way to the real clock, timers and randomness is found, and the ports are not', () => {
  const text = [
    'Date.now()',
    'new Date()',
    'Math.random()',
    'crypto.randomUUID()',
    `import { randomUUID } from 'node:crypto'`,
    'setTimeout(f, 1)',
    'globalThis.setInterval(f, 1)',
    'const later = setImmediate',
    `import { setTimeout as sleep } from 'node:timers/promises'`,
    'AbortSignal.timeout(5)',
    'performance.now()',
    `import { randomFillSync } from 'node:crypto'`,
    // From here on nothing is wrong.
    'new Date(0)',
    'clock.now()',
    'timers.setTimeout(f, 1)',
    'const ports = { setTimeout: 1 }',
    'interface Timers { setTimeout(f: () => void): void }',
    '// Date.now()',
    'class C { setInterval() {} }',
  ].join('\n')
  const lines = found(checkPorts({}), {
    'packages/core/src/a.ts': text,
    'packages/core/src/a.test.ts': text,
    'scripts/a.ts': text,
  })
  const numbers = new Set(lines.map((line) => Number(/:(\d+) /.exec(line)?.[1])))
  expect([...numbers].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(found(checkPorts({ 'packages/core/src/a.ts': 'the clock' }), { 'packages/core/src/a.ts': text })).toEqual([])
  expect(found(checkPorts({ 'packages/core/src/a.ts': 'r' }), { 'packages/core/src/a.ts': '' })[0]).toContain(
    'uses nothing real',
  )
  expect(found(checkPorts({ 'packages/core/src/gone.ts': 'the clock' }), {})[0]).toContain('is gone')
})

test('a public export without a doc comment is found where it is declared, through renames and stars', () => {
  const lines = found(checkDocComments, {
    ...workspace,
    'packages/core/src/index.ts': [
      `export { plain, documented, type Shape as Form } from './a.ts'`,
      `export * from './b.ts'`,
      `export * as room from './room.ts'`,
      `export { z } from 'zod'`,
    ].join('\n'),
    'packages/core/src/a.ts': [
      `export const plain = 1`,
      `/** Says something. */\nexport const documented = 2`,
      `// Not a doc comment.\nexport interface Shape {}`,
      `export const hidden = 3`,
    ].join('\n'),
    'packages/core/src/b.ts': [
      `import { deep } from './deep.ts'`,
      `/** First overload. */\nexport function many(a: 1): 1`,
      `export function many(a: 2): 2`,
      `export function many(a: unknown) { return a }`,
      `export { deep, local as other }`,
      `const local = 1`,
      `/** */\nexport class Empty {}`,
    ].join('\n'),
    'packages/core/src/deep.ts': `/** Deep. */\n// A note in between.\nexport const deep = 1`,
    'packages/core/src/room.ts': `export const x = 1`,
  })
  expect(lines.map((line) => line.replace(/ is public.*/, ''))).toEqual([
    'packages/core/src/a.ts:1 plain',
    'packages/core/src/a.ts:5 Shape',
    'packages/core/src/b.ts:7 local',
    'packages/core/src/b.ts:9 Empty',
    'packages/core/src/index.ts:3 room',
  ])
})
