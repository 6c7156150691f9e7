import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command, Defect, event, type Manifest } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { shopWith } from '../../../test/client-app.ts'
import { docsSite } from '../../docs/docs-site.ts'
import { publicManifest } from '../../manifest/public-manifest.ts'
import { readManifest } from '../../manifest/read/read-manifest.ts'
import { callableSections } from '../../remote/callable-sections.ts'
import { typesOf } from '../../remote/types-of.ts'
import { writeModule } from '../../remote/write-module.ts'
import { generateClient } from './generate-client.ts'

const root = join(import.meta.dirname, '../../../../..')
/** What code of a manifest would leave behind. */
const trace = 'heddlePwned'
const pwn = `globalThis.${trace} = true`

/** Texts that end the place where they stand, and go on with code. */
const hostile = [
  `*/ ${pwn}; /*`,
  `*\u2028/ ${pwn}`,
  `\n${pwn}\n//`,
  `\r${pwn}\r//`,
  `\u2028${pwn}\u2029//`,
  `'; ${pwn}; '`,
  `\\'; ${pwn}; //`,
  `"; ${pwn}; "`,
  `\\"; ${pwn}; //`,
  `\`; ${pwn}; \``,
  `\${${pwn}}`,
  `[(${pwn}, 'x')]`,
  `x') || (${pwn}) || ('`,
  '__proto__',
  'constructor',
  '../../evil',
  `</script><img src=x onerror="${pwn}">`,
  'pay.Input',
  'pay.CommandForm',
  'pay.Command',
  'pay.GlobalThis',
  '#/$defs/Tree',
  'A',
  'date-time',
  'int64',
  'array',
  'object',
  'string',
]
const words = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 12 }))
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    words,
    fc.constantFrom(null, true, false, 0, -1, Infinity, 0.5),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(words, fc.constantFrom('type', 'anyOf', 'items', 'enum', '$ref', 'x-record')), tie('json')),
  ),
}))

/** The manifest of an app with a part of each kind that a client is made of. */
const opened = await shopWith(...ownParts()).open()
const whole = JSON.parse(JSON.stringify(opened.manifest)) as Manifest
await opened.close()

function ownParts() {
  const Tree: z.ZodType = z.object({ of: z.array(z.lazy(() => Tree)), at: z.date() })
  const pay = command('pay.Pay', {
    summary: 'Pay',
    description: 'Pays\nfor something',
    access: 'public',
    input: z.object({
      tree: Tree,
      to: z.string().describe('Who gets it'),
      tags: z.tuple([z.string(), z.array(z.int())]),
    }),
    output: z.object({ at: z.date(), by: z.union([z.literal('card'), z.bigint()]) }),
    errors: { Declined: z.object({ again: z.date() }) },
    examples: [],
    run: ({ fail }) => fail.Declined({ again: new Date(0) }),
  })
  const paid = event('pay.Paid', { summary: 'It was paid', access: 'public', data: z.object({ at: z.date() }) })
  return [pay, paid]
}

/** Every place in a manifest but the hashes, as the names that lead to it. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return path.at(-1) === 'hash' ? [] : [path]
  return [path, ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner, [...path, name]))]
}

const change = fc.record({
  path: fc.constantFrom(...placesIn(whole).filter((path) => path.length > 0)),
  value: fc.option(json, { nil: undefined }),
  name: fc.option(words, { nil: undefined }),
})

/** Types that are well formed, with hostile texts wherever one may stand. */
const { type } = fc.letrec<{ type: object }>((tie) => {
  const inner = tie('type')
  const fields = fc.dictionary(words, inner, { maxKeys: 3 })
  const some = fc.array(inner, { minLength: 1, maxLength: 3 })
  const plain = fc.constantFrom('string', 'integer', 'number', 'boolean', 'null', 'array', 'object')
  const format = fc.constantFrom('date-time', 'int64', 'decimal', 'email')
  const told = { description: words, default: json }
  return {
    type: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.record({ type: plain, ...told }, { requiredKeys: ['type'] }),
      fc.record({ type: fc.constant('string'), format, ...told }, { requiredKeys: ['type', 'format'] }),
      fc.record({ enum: fc.array(json, { maxLength: 3 }) }),
      fc.record({ const: json }),
      fc.record({ type: fc.uniqueArray(plain, { minLength: 1, maxLength: 3 }) }),
      fc.record({ $ref: fc.constantFrom('#/$defs/A', '#/$defs/B', '#/$defs/a-b') }),
      fc.record({ type: fc.constant('string'), 'x-entity': words }),
      fc.record({ 'x-file': fc.record({ types: fc.array(words, { maxLength: 2 }) }) }),
      fc.record({ type: fc.constant('array'), items: inner, uniqueItems: fc.boolean() }, { requiredKeys: ['type'] }),
      fc.record({
        type: fc.constant('array'),
        prefixItems: some,
        items: fc.oneof(inner, fc.boolean()),
        minItems: fc.nat(3),
      }),
      fc.record({ anyOf: some, ...told }, { requiredKeys: ['anyOf'] }),
      fc.record({ oneOf: some }),
      fc.record({ allOf: some }),
      fc.record({
        type: fc.constant('object'),
        propertyNames: fc.record({ enum: fc.array(words) }),
        additionalProperties: inner,
      }),
      fc
        .record({ properties: fields, entity: fc.option(words), more: fc.option(inner), seed: fc.nat() })
        .map(({ properties, entity, more, seed }) => {
          const names = Object.keys(properties)
          const required = names.filter((_, at) => (seed >> at) % 2 === 0)
          const record = { 'x-record': entity, 'x-key': names[0] ?? 'id' }
          const others = more === null ? {} : { additionalProperties: more }
          return { type: 'object', properties, required, ...(entity !== null && record), ...others }
        }),
    ),
  }
})
const typePaths = placesIn(whole).filter((path) => /^(?:input|output|data|item|final)$/.test(path.at(-1)!))
const changedType = fc.record({
  path: fc.constantFrom(...typePaths),
  value: fc
    .record({ type, A: type, B: type })
    .map(({ type: own, ...defs }) => ({ ...own, $defs: { ...defs, 'a-b': {} } })),
  name: fc.constant(undefined),
})

/** The manifest with values in other places, and places with other names. */
function changed(changes: readonly { path: readonly string[]; value: unknown; name: string | undefined }[]): unknown {
  const copy = JSON.parse(JSON.stringify(whole)) as Record<string, unknown>
  for (const { path, value, name } of changes) {
    let at: Record<string, unknown> | undefined = copy
    for (const step of path.slice(0, -1)) {
      const next: unknown = at?.[step]
      at = typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : undefined
    }
    if (!at) continue
    const last = path.at(-1)!
    const put = value === undefined ? at[last] : value
    if (name !== undefined && !Array.isArray(at)) delete at[last]
    Object.defineProperty(at, name !== undefined && !Array.isArray(at) ? name : last, {
      value: put,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return copy
}

/** What is made of a manifest; undefined where it is refused in words. */
function madeOf(json: unknown): Record<string, string> | undefined {
  try {
    const manifest = readManifest(json, 'hostile.json')
    for (const section of callableSections(manifest, 'hostile')) typesOf(section)
    for (const page of Object.values(docsSite(publicManifest(manifest, 'http')))) expect(page).not.toContain('<img')
    return { ...generateClient(manifest, { react: true }), 'contracts.ts': writeModule({ manifest, from: 'x.json' }) }
  } catch (thrown) {
    if (thrown instanceof Defect && thrown.code === 'InvalidDefinition') return undefined
    throw thrown
  }
}

/** Runs what a file does when it is loaded, with stand-ins for what it imports. */
async function load(text: string): Promise<void> {
  const code = stripTypeScriptTypes(text).replaceAll(/^import [^']*'(?:react|heddle[/\w]*|\.\/[\w.-]+)'$/gm, '')
  await import(`data:text/javascript,${encodeURIComponent(standIns + code)}`)
}

const standIns = `const commandForm = () => ({}), remoteContract = commandForm, decimal = commandForm\n`

const accepted: Record<string, string>[] = []

test(
  'nothing of a hostile manifest runs: it is refused, or what is made of it is code of ours alone',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(change, changedType), { minLength: 1, maxLength: 3 }), async (changes) => {
        const files = madeOf(changed(changes))
        if (!files) return
        for (const [file, text] of Object.entries(files)) {
          // Forms are loaded behind the commands that they import.
          const before = file.endsWith('-forms.ts') ? files[file.replace('-forms.ts', '.ts')]! : ''
          if (file !== 'client.ts' && file !== 'react.ts') await load(before + text)
        }
        await load(files['client.ts']!)
        expect(globalThis).not.toHaveProperty(trace)
        expect(Object.keys(files).filter((file) => !/^[a-z][\w-]*\.ts$/.test(file))).toEqual([])
        if (accepted.length < 60) accepted.push(files)
      }),
      { numRuns: 400, seed: 42 },
    )
    expect(accepted.length).toBeGreaterThan(30)
  },
)

test('what is made of a hostile manifest compiles', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-hostile-'))
  for (const [at, { 'contracts.ts': _, ...files }] of accepted.entries()) {
    mkdirSync(join(folder, `${at}`))
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, `${at}`, file), text)
  }
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    skipLibCheck: true,
    types: ['react'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const told = compile(join(root, 'node_modules/typescript/bin/tsc'), folder)
  rmSync(folder, { recursive: true })
  expect(told).toBe('')
})

/** What the compiler complains about. */
function compile(tsc: string, folder: string): string {
  try {
    return execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
  } catch (thrown) {
    return (thrown as { readonly stdout: string }).stdout
  }
}
