import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { main } from '../cli/main.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-config-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(root, 'node_modules'))

const bank = `import { app, sensitive } from 'heddle'
import { z } from 'zod'
export default app('bank', {
  parts: [],
  config: z.object({
    region: z.enum(['eu', 'us']),
    maxRows: z.int().min(1).default(100),
    opened: z.date().optional(),
    tags: z.array(z.string()).default([]),
    labels: z.record(z.string(), z.string()).default({}),
    database: z.object({
      url: sensitive(z.string()).meta({ env: 'PG_URL' }),
      poolSize: z.int().default(4),
    }),
  }),
})
`

/** A folder with an app and these files beside it, and what the tool says there. */
function around(files: Readonly<Record<string, string>>, environment: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(root, 'app-'))
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', 'app.ts': bank, ...files }))
    writeFileSync(join(folder, name), text)
  return async (...argv: string[]) => {
    const io = memoryIo()
    const signal = new AbortController().signal
    const code = await main(argv, { io, cwd: folder, environment, signal, entry: 'unused' })
    return { code, out: io.text().replaceAll(`${folder}/`, ''), err: io.errors().replaceAll(`${folder}/`, '') }
  }
}

const yaml = `# where we are
region: eu
maxRows: 10
database:
  url: { env: DB_URL }
  poolSize: 8
`
const toml = `region = "eu"
maxRows = 10
[database]
url.env = "DB_URL"
poolSize = 8
`
const json = '{ "region": "eu", "maxRows": 10,\n  "database": { "url": { "env": "DB_URL" }, "poolSize": 8 } }'

const valuesOf = (out: string) =>
  Object.fromEntries(
    (JSON.parse(out) as { entries: { name: string; value?: unknown; source: string }[] }).entries.map(
      ({ name, value, source }) => [name, [value, source]],
    ),
  )

test.each([
  ['heddle.config.yaml', yaml, '2:9', '6:13'],
  ['heddle.config.toml', toml, '1:10', '5:12'],
  ['heddle.config.json', json, '1:13', '2:57'],
])(
  '%s beside the app gives values, and flags win over the environment, which wins over it',
  async (name, text, ...at) => {
    const heddle = around({ [name]: text }, { BANK_MAX_ROWS: '20', DB_URL: 'pg://secret', MAX_ROWS: '30' })
    const { out } = await heddle('config', 'show', '--json', '--set', 'database.pool-size=16')
    expect(valuesOf(out)).toMatchObject({
      region: ['eu', `${name}:${at[0]}`],
      maxRows: [20, 'BANK_MAX_ROWS'],
      'database.poolSize': [16, '--set'],
      tags: [[], 'default'],
      opened: [undefined, 'not set'],
    })
    expect(out).not.toContain('pg://')
    expect(out).toContain('variable DB_URL')
    const fromFile = valuesOf((await heddle('config', 'show', '--json')).out)
    expect(fromFile['database.poolSize']).toEqual([8, `${name}:${at[1]}`])
  },
)

test('config show prints a table for people, with what is secret masked', async () => {
  const heddle = around({ 'heddle.config.yaml': yaml }, { DB_URL: 'pg://secret' })
  const { out, code } = await heddle('config', 'show')
  expect(code).toBe(0)
  expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
    ['name', 'value', 'source'],
    ['region', 'eu', 'heddle.config.yaml:2:9'],
    ['maxRows', '10', 'heddle.config.yaml:3:10'],
    ['opened', 'not set'],
    ['tags', '[]', 'default'],
    ['labels', '{}', 'default'],
    ['database.url', '•••', 'heddle.config.yaml:5:8, variable DB_URL'],
    ['database.poolSize', '8', 'heddle.config.yaml:6:13'],
    [''],
  ])
})

test('a secret can stand in a file, whose path counts from the configuration', async () => {
  const text = 'region: eu\ndatabase: { url: { file: url.txt } }\n'
  const heddle = around({ 'heddle.config.yaml': text, 'url.txt': 'pg://secret\n' })
  expect((await heddle('config', 'show')).out).toContain('heddle.config.yaml:2:18, file url.txt')
  const lost = await around({ 'heddle.config.yaml': text })('config', 'show')
  expect(lost.code).toBe(78)
  expect(lost.err).toContain('database.url (heddle.config.yaml:2:18): the file url.txt cannot be read')
})

test('an object that the type takes itself is no reference', async () => {
  const heddle = around({ 'heddle.config.yaml': `${yaml}labels: { env: prod }\n` }, { DB_URL: 'x' })
  expect(valuesOf((await heddle('config', 'show', '--json')).out).labels).toEqual([
    { env: 'prod' },
    'heddle.config.yaml:7:9',
  ])
})

test('flags take lists as JSON, one element alone, and a place in a record', async () => {
  const heddle = around({ 'heddle.config.yaml': yaml }, { DB_URL: 'x' })
  const show = async (...sets: string[]) =>
    valuesOf((await heddle('config', 'show', '--json', ...sets.flatMap((pair) => ['--set', pair]))).out)
  expect((await show('tags=["a","b"]')).tags).toEqual([['a', 'b'], '--set'])
  expect((await show('tags=a')).tags).toEqual([['a'], '--set'])
  expect((await show('labels.team=west')).labels?.[0]).toEqual({ team: 'west' })
  expect((await show('opened=2026-01-01T00:00:00Z')).opened?.[0]).toBe('2026-01-01T00:00:00.000Z')
})

test('a date in TOML is one in the configuration', async () => {
  const heddle = around({ 'heddle.config.toml': `opened = 2026-01-01 00:00:00Z\n${toml}` }, { DB_URL: 'x' })
  expect(valuesOf((await heddle('config', 'show', '--json')).out).opened).toEqual([
    '2026-01-01T00:00:00.000Z',
    'heddle.config.toml:1:10',
  ])
})

test('everything that does not fit is told at once, with its place, what was expected and the nearest name', async () => {
  const text = 'region: mars\nmaxRow: 3\ndatabase:\n  poolSize: "8"\n'
  const heddle = around({ 'heddle.config.yaml': text }, { BANK_MAX_ROWS: 'many' })
  const { code, err } = await heddle('config', 'show')
  expect(code).toBe(78)
  expect(err).toContain('region (heddle.config.yaml:1:9): Invalid option')
  expect(err).toContain('maxRow (heddle.config.yaml:2:9): there is no such value; did you mean maxRows?')
  expect(err).toContain('database.poolSize (heddle.config.yaml:4:13): Invalid input: expected number')
  expect(err).toContain('maxRows (BANK_MAX_ROWS): Invalid input: expected number, received string; expected is int ≥ 1')
  expect(err).toContain('database.url (not set; it can be given as PG_URL or --set database.url=…)')
  const { errors } = JSON.parse((await heddle('config', 'show', '--json')).out) as {
    errors: { code: string; data: { problems: { path: string[] }[] } }[]
  }
  expect(errors[0]?.code).toBe('InvalidConfig')
  expect(errors[0]?.data.problems).toContainEqual(
    expect.objectContaining({ path: ['maxRow'], line: 2, column: 9, source: 'heddle.config.yaml:2:9' }),
  )
})

test('what lies over a reference that leads nowhere mends it', async () => {
  const heddle = around({ 'heddle.config.yaml': yaml })
  expect((await heddle('config', 'show')).err).toContain('(heddle.config.yaml:5:8): the variable DB_URL is not set')
  expect((await heddle('config', 'show', '--set', 'database.url=pg:here')).code).toBe(0)
})

test.each([
  ['yaml', 'a: 1\na: 2\n', 'at a: The key'],
  ['yaml', 'region: [eu\n', 'line 2, column 1'],
  ['yaml', '- eu\n', 'holds no names with values'],
  ['json', '{"region": "eu",}', 'heddle.config.json'],
  ['json', '{"maxRows": 9007199254740993}', 'at maxRows'],
  ['toml', 'region = \n', 'line 2, column 1'],
  ['toml', 'a = 1\na = 2\n', 'line 2, column 1'],
  ['toml', 'maxRows = 9007199254740993\n', 'at maxRows'],
  ['toml', '[__proto__]\na = 1\n', '__proto__'],
  ['toml', '__proto__.a = 1\n', '__proto__'],
])('a file of %s that cannot be read as it is written is refused: %j', async (kind, text, sentence) => {
  const { code, err } = await around({ [`heddle.config.${kind}`]: text })('config', 'show')
  expect(code).toBe(78)
  expect(err).toContain(`heddle.config.${kind}`)
  expect(err).toContain(sentence)
})

test('the file may be named, and two beside an app are a question', async () => {
  const heddle = around(
    { 'heddle.config.yaml': yaml, 'heddle.config.json': json, 'test.toml': toml, 'test.ini': '' },
    { DB_URL: 'x' },
  )
  expect((await heddle('config', 'show')).err).toContain('stand beside each other')
  expect((await heddle('config', 'show', '--config', 'test.toml')).out).toContain('test.toml:1:10')
  expect((await heddle('config', 'show', '--config', 'no.toml')).err).toContain('no.toml cannot be read')
  expect((await heddle('config', 'show', '--config', 'test.ini')).err).toContain('ends in .yaml, .toml or .json')
})

test('an unknown flag of the configuration is told with the nearest one, and no configuration takes none', async () => {
  const heddle = around({ 'heddle.config.yaml': yaml }, { DB_URL: 'x' })
  const { code, err } = await heddle('config', 'show', '--set', 'database.poolSiz=3')
  expect(code).toBe(64)
  expect(err).toContain('did you mean database.poolSize?')
  const bare = around({ 'app.ts': "import { app } from 'heddle'\nexport default app('bare', { parts: [] })\n" })
  expect((await bare('config', 'show')).out).toBe('the app declares no configuration\n')
  expect((await bare('config', 'show', '--set', 'a=1')).err).toContain('the app declares no configuration')
})

test('a call opens the app with its configuration, or says what is wrong with it', async () => {
  const heddle = around({ 'heddle.config.yaml': yaml })
  expect(await heddle('call', 'heddle.Ping')).toMatchObject({ code: 78, err: expect.stringContaining('DB_URL') })
  expect(await heddle('call', 'heddle.Ping', '--set', 'database.url=x')).toMatchObject({ code: 0, err: '' })
})
