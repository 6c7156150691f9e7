import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { callLocally, localOperator, localSocketPath, memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import clinic from '../../fixtures/clinic.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-access-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = join(import.meta.dirname, '../../fixtures/clinic.ts')

async function heddle(line: string, data = 'data') {
  const io = memoryIo()
  const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const words = line.split(' ').map((word) => word.replaceAll('_', ' '))
  const code = await main([...words, '--app', file, '--folder', join(folder, data)], around)
  return { code, out: io.text(), err: io.errors() }
}
const json = async (line: string) => JSON.parse((await heddle(`${line} --json`)).out) as Record<string, unknown>

test('roles, principals and keys are made, listed, rotated and ended on the command line', async () => {
  expect((await heddle('roles list')).out).toBe('there are no roles\n')
  expect((await heddle('roles put planner --permission clinic:*')).out).toBe('the role planner gives clinic:*\n')
  expect((await heddle('principals put ward-7 --kind service --role planner')).out).toBe('ward-7 has planner\n')
  const made = await heddle('keys create ward-7 --name laptop --expires 90d')
  expect(made.out.split('\n')[0]).toMatch(/^hk_[\da-f]{32}[\w-]{43}$/)
  expect(made.out).toContain('shown now and never again')
  const { keys } = (await json('keys list')) as { keys: { id: string }[] }
  expect(keys).toMatchObject([{ principal: 'ward-7', name: 'laptop', state: 'valid' }])
  const { key } = await json(`keys rotate ${keys[0]!.id} --overlap 0s`)
  expect(key).toMatch(/^hk_/)
  expect((await heddle('keys list')).out).toMatch(/ward-7 +laptop +ended[^]*ward-7 +laptop +valid/)
  expect((await heddle(`keys revoke ${keys[0]!.id}`)).code).toBe(0)
  expect((await heddle('keys list --principal nobody')).out).toBe('there are no keys\n')
  expect((await heddle('principals put ward-7 --disabled')).out).toBe('ward-7 is disabled\n')
  expect((await heddle('principals list')).out).toMatch(/ward-7 +person +disabled/)
  expect((await heddle('principals remove ward-7')).out).toBe('ward-7 is gone, and 1 key is revoked\n')
  expect((await heddle('roles remove planner')).out).toBe('the role planner is gone\n')
  expect((await heddle('roles list')).out).toBe('there are no roles\n')
})

test('what is done for one tenant is not there for another', async () => {
  await heddle('roles put planner --permission clinic:plan --tenant north')
  expect((await heddle('roles list --tenant north')).out).toContain('planner')
  expect((await heddle('roles list')).out).toBe('there are no roles\n')
})

test.each([
  ['keys create nobody', 65, 'There is no heddle.Principal with the key nobody.'],
  ['keys revoke nothing', 65, 'There is no heddle.Key'],
  ['roles put r --permission bank*', 65, 'a permission is written bank:transfer, bank:* or *'],
  ['principals put app:clinic', 65, 'app:… is an app itself'],
  ['principals put x --kind robot', 64, '--kind is one of person, service, agent'],
  ['principals put x --role nobody', 65, 'There is no heddle.Role with the key nobody.'],
  ['keys create x --expires soon', 65, 'a duration is written like 12h, 90d or 52w'],
  ['access explain x clinic.Nothing', 127, 'There is no command "clinic.Nothing".'],
  ['access explain x clinic.Open --input {', 64, '--input is no JSON'],
])('%s ends with %i and says: %s', async (line, code, message) => {
  const ended = await heddle(line)
  expect(ended.code).toBe(code)
  expect(ended.err).toContain(message)
})

test('explain says step by step who gives what, or why nobody does', async () => {
  const put = async (...lines: string[]) => {
    for (const line of lines) expect((await heddle(line, 'explain')).code).toBe(0)
  }
  await put(
    'roles put planner --permission clinic:plan',
    'roles put reader --permission clinic:read --permission bank:*',
    'roles put boss --permission clinic:*',
    'principals put ann --role reader --role planner',
    'principals put bo --role reader',
    'principals put cleo --role boss',
    'principals put dan --role boss --disabled',
    'roles remove planner',
    'call clinic.PlanVisit --id v1 --nurse ann',
  )
  const explain = async (words: string) => {
    const { out, code } = await heddle(`access explain ${words}`, 'explain')
    return [code, ...out.trimEnd().split('\n')]
  }
  expect(await explain('cleo clinic.PlanVisit')).toEqual([
    0,
    'allowed   cleo may call clinic.PlanVisit',
    '  asks for   clinic:plan',
    '  principal  cleo (person) in main',
    '  role       boss gives clinic:plan by clinic:*',
  ])
  expect(await explain('ann clinic.PlanVisit')).toEqual([
    77,
    'denied    ann may not call clinic.PlanVisit',
    '  asks for   clinic:plan',
    '  principal  ann (person) in main',
    '  role       reader does not give it: clinic:read, bank:*',
    '  role       planner does not exist and gives nothing',
  ])
  expect(await explain('dan clinic.PlanVisit')).toContain('  principal  dan (person) in main, disabled')
  expect(await explain('eve clinic.PlanVisit')).toContain('  principal  eve is unknown in the tenant main')
  expect(await explain('eve clinic.Open')).toContain('allowed   eve may call clinic.Open')
  expect((await explain('cleo clinic.Closed'))[0]).toBe(77)
  expect(await explain('ann clinic.ReadNotes')).toEqual([
    0,
    'undecided ann may perhaps call clinic.ReadNotes',
    '  asks for   the consent of a rule',
    '  principal  ann (person) in main',
    '  rule       it decides by the input: give one',
  ])
  expect(await explain('ann clinic.ReadNotes --input {"visit":"v1"}')).toContain('  rule       it agrees')
  expect((await explain('bo clinic.ReadNotes --input {"visit":"v1"}')).at(-1)).toBe(
    '  rule       The caller may not do this: only its nurse reads them.',
  )
  expect((await explain('bo clinic.ReadNotes --input {"visit":"v2"}')).at(-1)).toContain('visit: There is no')
})

test.each([
  ['in this process', false],
  ['in the one that serves', true],
])('a call is made as a principal that is kept, %s', async (where, isServed) => {
  const data = where.replaceAll(' ', '-')
  const call = (id: string, as: string) =>
    heddle(`call clinic.PlanVisit --id ${id} --nurse ann --as ${as} --json`, data)
  await heddle('roles put planner --permission clinic:plan', data)
  await heddle('principals put ann --role planner', data)
  await heddle('principals put bo', data)
  const owner = isServed
    ? await withOperations(clinic).open({ folder: join(folder, data), environment: {} })
    : undefined
  await owner?.start()
  expect((await call('v1', 'ann')).code).toBe(0)
  expect((await call('v2', 'app:clinic')).code).toBe(0)
  expect(await call('v3', 'bo')).toMatchObject({ code: 77, out: expect.stringContaining('"code":"Denied"') })
  const unknown = { code: 77, out: expect.stringContaining('"code":"UnknownPrincipal"') }
  expect(await call('v3', 'eve')).toMatchObject(unknown)
  expect(await call('v3', 'ann --tenant north')).toMatchObject(unknown)
  await owner?.close()
})

test('explain knows the app itself, and what it is granted', async () => {
  const explain = async (words: string) => {
    const { out, code } = await heddle(`access explain app:clinic ${words}`)
    return [code, ...out.trimEnd().split('\n')]
  }
  expect(await explain('clinic.PlanVisit')).toEqual([
    0,
    'allowed   app:clinic may call clinic.PlanVisit',
    '  asks for   clinic:plan',
    '  principal  app:clinic (the app itself) in main',
    '  grant      the app is granted clinic:plan',
  ])
  expect(await explain('heddle.Manifest --tenant north')).toEqual([
    77,
    'denied    app:clinic may not call heddle.Manifest',
    '  asks for   heddle:operate',
    '  principal  app:clinic (the app itself) in north',
    '  grant      no grant gives it: clinic:plan',
  ])
  expect(await explain('clinic.Open')).toContain('allowed   app:clinic may call clinic.Open')
  expect((await explain('clinic.Closed'))[0]).toBe(77)
  expect((await explain('clinic.ReadNotes --input {"visit":"v9"}')).at(-1)).toContain('visit: There is no')
})

test('a process that serves the app takes the changes, and counts them at once', async () => {
  const data = join(folder, 'served')
  const app = await withOperations(clinic).open({ folder: data, environment: {} })
  await app.start()
  await heddle('roles put planner --permission clinic:plan', 'served')
  await heddle('principals put ward-7 --role planner', 'served')
  const key = (await heddle('keys create ward-7', 'served')).out.split('\n')[0]!
  const principal = await app.ports.principals.ofKey(key)
  expect(principal).toMatchObject({ id: 'ward-7', permissions: ['clinic:plan'] })
  const plan = { id: 'v1', nurse: 'ward-7' }
  const planned = await callLocally(localSocketPath(data), 'clinic.PlanVisit', plan, { as: principal })
  expect(planned).toMatchObject({ ok: true })
  expect((await heddle('access explain ward-7 clinic.PlanVisit', 'served')).code).toBe(0)
  const id = principal.key!
  expect((await heddle(`keys revoke ${id}`, 'served')).code).toBe(0)
  await expect(async () => app.ports.principals.ofKey(key)).rejects.toMatchObject({ code: 'InvalidCredentials' })
  expect(await app.callByName('heddle.ListKeys', {}, { as: localOperator })).toMatchObject({ ok: true })
  expect(await heddle('check', 'served')).toMatchObject({ code: 0, out: 'safe: nothing changed\n' })
  await app.close()
})
