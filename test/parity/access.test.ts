import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, type OpenApp } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { admit, doors, knocking } from './apps/doors.ts'
import type { Door, Setting } from './driver.ts'
import { drivers } from './drivers/drivers.ts'
import { nameOf } from './walk.ts'
import { agentOf, ways } from './ways.ts'

type Knocking = (typeof knocking)[number]

const open = 'open'
/** Nobody is known by these credentials, or not in this tenant. */
const nobody = 'nobody'

/** Who may do what: every way in has to agree, call by call. */
const byAccess = {
  public: { stranger: open, visitor: open, member: open, foreigner: nobody, former: nobody, agent: open },
  held: {
    stranger: 'Unauthenticated',
    visitor: 'Denied',
    member: open,
    foreigner: nobody,
    former: nobody,
    agent: open,
  },
  ruled: {
    stranger: 'Unauthenticated',
    visitor: 'Denied',
    member: open,
    foreigner: nobody,
    former: nobody,
    agent: 'Denied',
  },
  shut: {
    stranger: 'Unauthenticated',
    visitor: 'Denied',
    member: 'Denied',
    foreigner: nobody,
    former: nobody,
    agent: 'Denied',
  },
} as const satisfies Record<string, Record<Knocking, string>>

const table: Readonly<Record<string, Readonly<Record<Knocking, string>>>> = {
  'doors.Look': byAccess.public,
  'doors.List': byAccess.held,
  'doors.Count': byAccess.shut,
  'doors.Own': byAccess.ruled,
  'doors.Enter': byAccess.held,
  'doors.Clean': byAccess.shut,
  'heddle.ListCommands': byAccess.shut,
}
const events: typeof table = {
  'doors.Seen': byAccess.public,
  'doors.Entered': byAccess.held,
}

/** What nobody outside may call or follow is there for nobody: each way in answers as for a name that the app does not have. */
const closed = { commands: ['doors.Hidden', 'doors.Shut'], queries: ['doors.Hidden'], events: ['doors.Kept'] } as const
const nothing = 'doors.Nothing'
/** What may be said of a name that is not there; of events, that an option names none. */
const notThere = ['nowhere', 'UnknownCommand', 'InvalidOption', nobody]

function expectNotThere(found: Found): void {
  const { [nothing]: unknown, ...others } = found
  for (const row of Object.values(others)) expect(row).toEqual(unknown)
  for (const verdict of Object.values(unknown!)) expect(notThere).toContain(verdict)
}

type Found = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What a way in does not know it cannot open; what is open to somebody it has to know. */
const expectedOf = (found: Found, all: Found): Found =>
  Object.fromEntries(
    Object.entries(all).map(([name, row]) => [
      name,
      Object.fromEntries(
        knocking.map((as) => [as, isShut(row) && found[name]![as] === 'nowhere' ? 'nowhere' : row[as]!]),
      ),
    ]),
  )

const isShut = (row: Readonly<Record<string, string>>) => !Object.values(row).includes(open)

let app: OpenApp
let setting: Setting
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-doors-'))
  app = await doors.declare().open({ folder, environment: {}, ports: { log: memoryLog() } })
  await app.start()
  const people = await admit(app)
  const url = app.parts.flatMap((part) => ('url' in part ? [part.url as string] : []))[0]!
  const subject = { ...doors, surroundings: () => Promise.reject(new Error()), prepare: async () => ({}) }
  setting = { subject, app, url, folder, environment: {}, people, tell: () => undefined }
})
afterAll(() => app.close())

/** Only the foreigner asks for a tenant: that of the others. */
const tenantOf = (as: Knocking) => (as === 'foreigner' ? 'main' : undefined)

const unknown = new Set(['InvalidCredentials', 'UnknownPrincipal', 'TenantDenied'])
const verdictOf = (code: string | undefined) => (code === undefined ? open : unknown.has(code) ? nobody : code)

/** What does not even let somebody knock says so by the status of HTTP. */
const refusedAtOnce = (thrown: Error): string => {
  if (/\b401\b|InvalidCredentials/.test(`${thrown.message} ${JSON.stringify(thrown)}`)) return nobody
  throw thrown
}

async function verdictAt(door: Door, name: string, as: Knocking): Promise<string> {
  try {
    const came = await door.call(name, {}, { as, tenant: tenantOf(as) })
    if (came === 'nobody') return nobody
    if (came === 'nowhere') return 'nowhere'
    return verdictOf(came!.ok ? undefined : came!.errors[0]!.code)
  } catch (thrown) {
    return refusedAtOnce(thrown as Error)
  }
}

/** The table as somebody finds it who tries every door. */
async function tried(names: readonly string[], verdict: (name: string, as: Knocking) => Promise<string>) {
  const found: Record<string, Record<string, string>> = {}
  for (const name of names) {
    found[name] = {}
    for (const as of knocking) found[name][as] = await verdict(name, as)
  }
  return found
}

// The app behind the pipes of a process belongs to who starts it: nobody else comes in there.
const calling = drivers.filter(({ transport }) => transport !== 'stdio')

test.each(calling.map((driver) => [nameOf(driver), driver] as const))(
  'a call over %s is open to those to whom the command is',
  async (_name, driver) => {
    const door = await driver.open(setting)
    const found = await tried(Object.keys(table), (name, as) => verdictAt(door, name, as))
    expect(found).toEqual(expectedOf(found, table))
    if (driver.isOperators) {
      // The app's own code and who operates the machine know all names, and are told what is wrong.
      const told = await tried(closed.commands, (name, as) => verdictAt(door, name, as))
      expect(told).toEqual(Object.fromEntries(closed.commands.map((name) => [name, byAccess.shut])))
    } else expectNotThere(await tried([...closed.commands, nothing], (name, as) => verdictAt(door, name, as)))
    await door.close()
  },
)

test.each(ways.map((way) => [way.name, way] as const))('%s is open to those to whom it is', async (_name, way) => {
  const all = way.opens === 'events' ? events : table
  const isQuery = (name: string) => app.commands.get(name)?.kind === 'query'
  const names = Object.keys(all).filter((name) => way.opens !== 'queries' || isQuery(name))
  const verdict = (name: string, as: Knocking) =>
    way.refusal(setting, name, as, tenantOf(as)).then(verdictOf, refusedAtOnce)
  const found = await tried(names, verdict)
  expect(found).toEqual(expectedOf(found, Object.fromEntries(names.map((name) => [name, all[name]!]))))
  expectNotThere(await tried([...closed[way.opens], nothing], verdict))
})

test.each(['stranger', 'visitor', 'member', 'agent'] as const)('%s is shown no tool that is shut', async (as) => {
  const client = await agentOf(setting, as)
  const { tools } = await client.listTools()
  const shown = Object.keys(table).filter((name) => tools.some((tool) => tool.name === name.replace('.', '_')))
  // Of a rule only a call can tell.
  const isShown = (name: string) => table[name]![as] === open || name === 'doors.Own'
  expect(shown).toEqual(Object.keys(table).filter(isShown))
  await client.close()
})

test('strangers are told of no command and no event that is closed to all', async () => {
  const overHttp = await (await fetch(`${setting.url}/_heddle/manifest.json`)).text()
  const client = await agentOf(setting, 'stranger')
  const { contents } = await client.readResource({ uri: 'heddle://manifest' })
  await client.close()
  for (const text of [overHttp, JSON.stringify(contents).replaceAll('\\"', '"')]) {
    expect(text).toContain('"doors.Look"')
    for (const name of ['doors.Hidden', 'doors.Shut', 'doors.Kept']) expect(text).not.toContain(`"${name}"`)
  }
  for (const name of ['doors.Clean', 'doors.Seen']) expect(overHttp).toContain(`"${name}"`)
})
