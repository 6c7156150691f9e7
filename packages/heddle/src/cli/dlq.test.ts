import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@heddle/core'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import parcels from '../../fixtures/parcels.ts'
import { plantFolder } from '../../fixtures/run-tool.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'
import { createOut } from './out.ts'
import { registry } from './registry.ts'
import { showPage } from './show-page.ts'
import type { ToolApp } from './tool-app.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))
const fixture = join(import.meta.dirname, '../../fixtures/parcels.ts')
const keys = `k1:${Buffer.alloc(32, 7).toString('base64')}`

function toolIn(folder: string, file = fixture) {
  folders.push(folder)
  return async (...words: string[]) => {
    const io = memoryIo()
    const around = {
      io,
      cwd: folder,
      environment: { HEDDLE_KEYS: keys },
      signal: new AbortController().signal,
      entry: 'unused',
    }
    const code = await main([...words, '--app', file, '--folder', join(folder, 'data')], around)
    return { code, out: io.text(), err: io.errors() }
  }
}
const temporary = () => mkdtempSync(join(tmpdir(), 'heddle-dlq-'))

const input = (name: string) =>
  JSON.stringify({
    to: { name, email: 'ada@lovelace.example' },
    born: '1815-12-10T00:00:00.000Z',
    code: '123456',
    weights: [1, 2],
  })

async function idsIn(heddle: ReturnType<typeof toolIn>): Promise<string[]> {
  const { letters } = JSON.parse((await heddle('dlq', 'list', '--json')).out) as { letters: { id: string }[] }
  return letters.map(({ id }) => id)
}

test('a call that failed for good is listed, shown masked, replayed when its cause is gone, and gone then', async () => {
  const heddle = toolIn(temporary())
  expect((await heddle('dlq', 'list')).out).toBe('there are no dead letters\n')
  expect((await heddle('call', 'parcels.Send', '--input', input('Ada Lovelace'))).code).not.toBe(0)
  const list = await heddle('dlq', 'list')
  expect(list.out).toMatch(/parcels\.Send +RoadClosed/)
  const [id] = await idsIn(heddle)

  const shown = await heddle('dlq', 'show', id!)
  expect(shown.out).toContain('The road to ••• is closed.')
  expect(shown.out).toContain('"email": "•••"')
  expect(shown.out).toMatch(/"weights": \[\s+1,\s+2\s+\]/)
  expect(list.out + shown.out).not.toContain('Lovelace')

  const failed = await heddle('dlq', 'replay', id!)
  expect(failed).toMatchObject({ code: 1 })
  expect(failed.out).toBe(`0 replayed, 1 failed again\n  ${id}  RoadClosed: The road to ••• is closed.\n`)
  expect((await heddle('dlq', 'show', id!)).out).toContain('replayed 1 times')
  expect(await idsIn(heddle)).toEqual([id])

  expect((await heddle('call', 'parcels.Pack', '--id', 'road')).code).toBe(0)
  expect(await heddle('dlq', 'replay', id!)).toMatchObject({ code: 0, out: '1 replayed, 0 failed again\n' })
  expect((await heddle('dlq', 'list')).out).toBe('there are no dead letters\n')
})

test('letters are replayed and listed by command and code, and dropped', async () => {
  const heddle = toolIn(temporary())
  for (const name of ['Ada', 'Bob', 'Eve']) await heddle('call', 'parcels.Send', '--input', input(name))
  const [first] = await idsIn(heddle)
  expect((await heddle('dlq', 'replay', '--code', 'Other')).out).toBe('0 replayed, 0 failed again\n')
  expect((await heddle('dlq', 'list', '--command', 'parcels.Pack')).out).toBe('there are no dead letters\n')
  expect((await heddle('dlq', 'drop', first!)).out).toBe(`the dead letter ${first} is gone\n`)
  expect((await heddle('dlq', 'drop', first!)).out).toBe(`there was no dead letter ${first}\n`)
  await heddle('call', 'parcels.Pack', '--id', 'road')
  expect((await heddle('dlq', 'replay', '--command', 'parcels.Send', '--limit', '1')).out).toBe(
    '1 replayed, 0 failed again\n1 more match: --limit 1 takes them too\n',
  )
  expect(await idsIn(heddle)).toHaveLength(1)
  expect(await heddle('dlq', 'show', first!)).toMatchObject({
    code: 65,
    err: expect.stringContaining('There is no dead letter'),
  })
})

test('the next page of a list is asked for with the options of this one', async () => {
  const folder = join(temporary(), "it's here")
  const heddle = toolIn(folder)
  for (const name of ['Ada', 'Bob', 'Eve']) await heddle('call', 'parcels.Send', '--input', input(name))
  const given = ['--command', 'parcels.Send', '--code', 'RoadClosed', '--limit', '2', '--tenant', 'main']
  const { out } = await heddle('dlq', 'list', ...given, '--mode', 'development')
  const [, line = ''] = /There are more: (.+)\n$/.exec(out) ?? []
  const [, , second] = await idsIn(heddle)
  const quoted = `'${join(folder, 'data').replace("'", "'\\''")}'`
  expect(line.replace(/--after \S+$/, '')).toBe(
    `heddle dlq list ${given.join(' ')} --app ${fixture} --folder ${quoted} --mode development `,
  )
  const after = line.split(' ').at(-1)!
  const { letters } = JSON.parse((await heddle('dlq', 'list', ...given, '--after', after, '--json')).out) as {
    letters: { id: string }[]
  }
  expect(letters.map(({ id }) => id)).toEqual([second])
  expect((await heddle('dlq', 'list', '--limit', '1', '--after', after)).out).not.toContain('There are more')
})

test('a list of values is asked for again, and a value of the configuration is named without being told', async () => {
  const io = memoryIo()
  const out = await createOut(io)
  const values = { config: 'my.yaml', set: ['apiKey=hush', 'a b=c'] }
  const app = { session: { values } } as unknown as ToolApp
  const args = { state: ['parked', 'blocked'], after: 'a', limit: 100 }
  const page = {
    of: 'runs list',
    asked: { args, app, commands: registry },
    rows: [{ run: 'r' }],
    none: '',
    next: 'x y',
  }
  showPage(out, {}, page)
  expect(io.text()).toMatch(
    /: heddle runs list --state parked --state blocked --config my\.yaml --set apiKey=… --set 'a b'=… --after 'x y'\n$/,
  )
})

test('all letters that match are dropped, and nothing without saying which', { timeout: 60_000 }, async () => {
  const heddle = toolIn(temporary())
  await heddle('call', 'parcels.Send', '--input', input('Ada'))
  const open = await withOperations(parcels).open({ folder: join(folders.at(-1)!, 'data'), environment: {} })
  const errors = [{ category: 'data', code: 'Torn', key: 'data:Torn', message: 'It is torn.' }] as never
  const letters = Array.from({ length: 450 }, (_, number) => ({
    tenant: 'main',
    command: 'a.B',
    input: number,
    errors,
  }))
  try {
    await open.ports.deadLetters.add(letters)
    await open.ports.deadLetters.add([{ tenant: 'other', command: 'a.B', input: 0, errors }])
    for (const words of [[], ['0199', '--job', 'a.B']]) {
      expect(await heddle('dlq', 'drop', ...words)).toMatchObject({ code: 64 })
    }
    const as = { id: 'ann', permissions: ['heddle:operate'] }
    const call = (given: unknown, by: Principal = as) => open.callByName('heddle.DropDeadLetters', given, { as: by })
    for (const given of [{}, { ids: ['0199'], job: 'a.B' }]) {
      expect(await call(given)).toMatchObject({ ok: false, errors: [{ code: 'Invalid' }] })
    }
    const stranger = { id: 'eve', permissions: [] }
    expect(await call({ code: 'Torn' }, stranger)).toMatchObject({ ok: false, errors: [{ code: 'Denied' }] })
    const told: number[] = []
    const dropped = await open.callByName(
      'heddle.DropDeadLetters',
      { code: 'Torn', command: 'a.B' },
      { as, onProgress: ({ done }) => told.push(done) },
    )
    expect(dropped).toMatchObject({ ok: true, value: { dropped: 450 } })
    expect(told).toEqual([200, 400, 450])
    expect(await open.ports.deadLetters.list({ tenant: 'other' })).toHaveLength(1)
  } finally {
    await open.close()
  }
  expect((await heddle('dlq', 'drop', '--code', 'Torn')).out).toBe('0 dead letters are gone\n')
  expect((await heddle('dlq', 'drop', '--code', 'RoadClosed', '--json')).out).toBe('{"dropped":1}\n')
  expect(await idsIn(heddle)).toEqual([])
})

test('a test that is made of a letter holds made-up values of the types, fails until the cause is mended, and is not overwritten', async () => {
  const folder = plantFolder({})
  const file = join(folder, 'parcels.ts')
  await copyFile(fixture, file)
  const heddle = toolIn(folder, file)
  await heddle('call', 'parcels.Send', '--input', input('Ada Lovelace'))
  const [id] = await idsIn(heddle)
  const path = join(folder, `dead-letter-${id}.test.ts`)
  expect((await heddle('dlq', 'test', id!)).out).toBe(`wrote ${path}\n`)
  const text = readFileSync(path, 'utf8')
  for (const secret of ['Lovelace', 'lovelace', '123456', '1815', '•••"']) expect(text).not.toContain(secret)
  expect(text).toContain(`import declared from "./parcels.ts"`)
  expect(text).toContain('"email": "someone@example.com"')
  expect(text).toMatch(/"weights": \[\s+1,\s+2\s+\]/)
  expect(await heddle('dlq', 'test', id!)).toMatchObject({ code: 64, err: expect.stringContaining('is there already') })

  const { startVitest } = await import('vitest/node')
  const options = { root: folder, watch: false, config: false } as const
  const vitest = await startVitest('test', [path], { ...options, reporters: [{}], run: true })
  const [module] = vitest.state.getTestModules()
  const [only] = [...module!.children.allTests()]
  expect(only?.result()).toMatchObject({
    state: 'failed',
    errors: [{ message: expect.stringContaining('deeply equal') }],
  })
  await vitest.close()
  process.exitCode = undefined
})
