import { app, command } from '@heddle/core'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { complaintsAbout, forPages, strictest } from '../../../test/compiled.ts'
import { kinds } from '../../../test/every-kind.ts'
import { shopWith } from '../../../test/client-app.ts'
import { generateClient } from './generate-client.ts'

const root = join(import.meta.dirname, '../../../../..')

const manifestOf = async (made = shopWith()) => {
  const opened = await made.open()
  const { manifest } = opened
  await opened.close()
  return manifest
}

test('the same manifest gives the same bytes', async () => {
  const manifest = await manifestOf()
  const files = generateClient(manifest)
  expect(Object.keys(files)).toEqual(['client.ts', 'shop.ts'])
  await expect(files['shop.ts']).toMatchFileSnapshot('../../../test/golden-client/shop.ts.txt')
  expect(generateClient(JSON.parse(JSON.stringify(manifest)))).toEqual(files)
})

test('only what is named goes in, and nothing that is closed', async () => {
  const closed = command('shop.Closed', { input: z.object({}), output: z.void(), run: () => {} })
  const manifest = await manifestOf(shopWith(closed))
  expect(generateClient(manifest)['shop.ts']).not.toContain('shop.Closed')
  const one = generateClient(manifest, { commands: ['shop.Forget'] })['shop.ts']
  expect(one!.match(/^export const /gm)).toHaveLength(1)
  expect(() => generateClient(manifest, { commands: ['shop.Closed'] })).toThrow('no command that can be called')
})

test('domains are files, and none takes the place of another file', async () => {
  const manifest = await manifestOf(app('x', { parts: [look('client.Look'), look('stockRoom.Look')] }))
  expect(Object.keys(generateClient(manifest))).toEqual(['client.ts', 'client-commands.ts', 'stock-room.ts'])
})

const look = (name: string) => command(name, { input: z.object({}), output: z.void(), access: 'public', run: () => {} })

test('names that would be one name in a client are refused with both of them', async () => {
  const calls = await manifestOf(app('x', { parts: [look('pay.HTTPCall'), look('pay.HttpCall')] }))
  expect(() => generateClient(calls)).toThrow(
    'the client of x: pay.HTTPCall and pay.HttpCall would both declare httpCall: name the commands that it is for',
  )
  expect(generateClient(calls, { commands: ['pay.HTTPCall'] })['pay.ts']).toContain('export const httpCall')
  const domains = await manifestOf(app('x', { parts: [look('stock.room.Look'), look('stockRoom.Look')] }))
  expect(() => generateClient(domains)).toThrow('would both be stock-room.ts')
})

test('commands may be called as what forms are made with', async () => {
  const names = ['ui.Command', 'ui.CommandForm', 'ui.GlobalThis', 'ui.Require']
  const files = generateClient(await manifestOf(app('x', { parts: names.map(look) })), { react: true })
  expect(files['ui-forms.ts']).toContain(
    "import { commandForm as commandForm_, type CommandForm as CommandForm_ } from './react.js'",
  )
  expect(files['ui.ts']).toContain('export const globalThis_: Command<')
})

const inherited = command('ui.Race', {
  input: z.object({
    constructor: z.string().optional(),
    at: z.object({ toString: z.array(z.date()), valueOf: z.null() }),
  }),
  output: z.object({ constructor: z.date(), hasOwnProperty: z.object({ at: z.date(), of: z.array(z.date()) }) }),
  access: 'public',
  run: () => ({ constructor: new Date(0), hasOwnProperty: { at: new Date(0), of: [] } }),
})

test('what an app tells of itself ends no comment', async () => {
  const manifest = await manifestOf(app('x', { parts: [look('pay.Look')] }))
  const told = generateClient({ ...manifest, app: '*/ evil() /*\nevil()\u2028evil()' })
  for (const text of Object.values(told)) {
    expect(text.split('\n')[0]).toBe(
      '// Made by `heddle client` from the manifest of */ evil() /* evil() evil(). Do not edit: make it anew.',
    )
    expect(text.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\/|'[^'\n]*'/g, '')).not.toContain('evil')
  }
})

const use = `
import { createClient, type Outcome } from './client.js'
import { echo, getFile, orderItem, putFile, tell, type OrderItemError } from './shop.js'

const client = createClient({ url: 'https://shop.example' })
const outcome = await client.call(orderItem, { item: 'loom' }, { signal: undefined })
if (outcome.ok) outcome.value.at.getTime()
else
  for (const error of outcome.errors) {
    if (error.code === 'SoldOut') error.data.until.getTime()
    else if (error.code === 'Denied') error.key satisfies string
    // @ts-expect-error no such error is declared
    else if (error.code === 'SoldUot') error.key
  }
const known: Outcome<{ readonly left: number; readonly at: Date }, OrderItemError> = outcome
// @ts-expect-error a quantity is a number
await client.call(orderItem, { item: 'loom', quantity: 'two' })
// @ts-expect-error there is no such field
await client.call(orderItem, { item: 'loom', colour: 'red' })

const kinds = await client.callOrThrow(echo, {
  at: new Date(0), days: [], big: 1n, until: 'never', place: { kind: 'tent', size: 1n, since: '' }, pair: ['a', new Date(0)],
  byName: {}, tree: { at: new Date(0), children: [] }, maybe: null, text: '',
})
kinds.big satisfies bigint
if (kinds.until !== 'never') kinds.until.getTime()
if (kinds.place.kind === 'hotel') kinds.place.since.getTime()
kinds.tree.children[0]?.at.getTime()

for await (const { day } of client.stream(tell, { days: 3 })) day.getUTCDate()
const file = await client.callOrThrow(getFile, { text: 'a' })
await client.call(putFile, { title: 'a', at: new Date(0), tags: [], photo: await file.blob() })
client.query(echo, kinds).state().value?.maybe?.getTime()
export { known }
`

/** With the libraries of pages or of Node, and both ways to find modules. */
test.each([
  ['a bundler, in a page', forPages],
  ['Node', { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022'], types: ['node'] }],
])('a client compiles in strict mode for %s', { timeout: 60_000 }, async (_, more) => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-golden-'))
  const files = {
    ...generateClient(await manifestOf(app('kinds', { parts: Object.values(kinds) }))),
    ...generateClient(await manifestOf()),
    ...generateClient(await manifestOf(app('ui', { parts: [inherited] })), { react: more.lib.includes('dom') }),
    'use.ts': use,
    'package.json': '{ "type": "module" }',
  }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const told = complaintsAbout(folder, { ...strictest, ...more })
  rmSync(folder, { recursive: true })
  expect(told).toBe('')
})
