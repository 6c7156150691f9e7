import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualTime } from '@heddle/core/testing'
import {
  type App,
  app,
  autocrud,
  command,
  entity,
  fetchHandler,
  operations,
  repository,
  sqlite,
  systemFailure,
  workflow,
} from 'heddle'
import { mcp } from 'heddle/mcp'
import { expect, test } from 'vitest'
import { runOperations } from '@heddle/workflow'
import { z } from 'zod'
import { connect, type Way, ways } from '../packages/serve/test/mcp-clients.ts'

const Account = entity('bank.Account', {
  key: 'id',
  fields: { id: z.string(), owner: z.string(), balance: z.int().default(0) },
})
const Accounts = repository(Account)
const crud = autocrud(Account, { access: 'bank:read' })
const deposit = command('bank.Deposit', {
  access: 'bank:write',
  input: z.object({ id: z.string(), owner: z.string().default('ada'), cents: z.int() }),
  output: z.object({ balance: z.int() }),
  uses: [Accounts],
  async run({ input: { id, owner, cents }, ctx }) {
    const accounts = ctx.use(Accounts)
    const found = await accounts.get(id)
    return found
      ? accounts.update(found, { balance: found.balance + cents })
      : accounts.insert({ id, owner, balance: cents })
  },
})
const open = workflow('bank.Open', {
  input: z.object({ id: z.string() }),
  output: z.object({ balance: z.int() }),
  access: 'bank:write',
  steps: [deposit],
  run: ({ input: { id }, step }) => step('deposit', deposit, { id, cents: 100 }),
})

type Parts = Parameters<Parameters<typeof connect>[1]>
const bank = (...parts: Parts) => app('bank', { parts: [crud, deposit, open, ...parts], database: sqlite() })
const ada = { id: 'ada', permissions: ['bank:*', 'heddle:operate'] }

const opened = async (way: Way, as: { id: string; permissions: string[] } | null = ada) => {
  const connected = await connect(way, bank, { as })
  const call = (name: string, given: Record<string, unknown>) => connected.client.callTool({ name, arguments: given })
  const read = async (uri: string) => {
    const { contents } = await connected.client.readResource({ uri })
    return JSON.parse((contents[0] as { text: string }).text) as Record<string, unknown>
  }
  return { ...connected, call, read }
}

test.each(ways)('%s: a record is a resource, and its key is completed', async (way) => {
  const { client, call, read, close } = await opened(way)
  for (const id of ['a1', 'a2', 'b1']) await call('bank_Deposit', { id, cents: 500 })
  const { resourceTemplates } = await client.listResourceTemplates()
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(
    expect.arrayContaining(['heddle://records/bank.Account/{id}', 'heddle://runs/bank.Open/{run}']),
  )
  expect(await read('heddle://records/bank.Account/a2')).toEqual({ id: 'a2', owner: 'ada', balance: 500 })
  await expect(read('heddle://records/bank.Account/a9')).rejects.toMatchObject({
    data: { uri: 'heddle://records/bank.Account/a9', errors: [{ code: 'NotFound' }] },
  })
  const ref = { type: 'ref/resource' as const, uri: 'heddle://records/bank.Account/{id}' }
  const completed = await client.complete({ ref, argument: { name: 'id', value: 'a' } })
  expect(completed.completion.values).toEqual(['a1', 'a2'])
  await close()
})

test.each(ways)('%s: a run that a tool began is a resource', async (way) => {
  const { client, call, read, close } = await opened(way)
  const begun = await call('bank_Open', { id: 'a1' })
  const { run } = begun.structuredContent as { run: string }
  const uri = `heddle://runs/bank.Open/${run}`
  expect(begun.content).toContainEqual(expect.objectContaining({ type: 'resource_link', uri }))
  expect((await call('bank_AwaitOpen', { run })).structuredContent).toEqual({ balance: 100 })
  expect(await read(uri)).toMatchObject({ run, state: 'succeeded', value: { balance: 100 } })
  const ref = { type: 'ref/resource' as const, uri: 'heddle://runs/bank.Open/{run}' }
  const completed = await client.complete({ ref, argument: { name: 'run', value: '' } })
  expect(completed.completion.values).toEqual([run])
  await close()
})

test.each(ways)('%s: who subscribed to a record is told when it changes', async (way) => {
  const told: string[] = []
  let heard = () => {}
  const connected = await connect(way, bank, {
    as: ada,
    prepare: (client) =>
      client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
        told.push(params.uri)
        heard()
      }),
  })
  const { client, app: running, close } = connected
  const change = (id: string) => running.callOrThrow(deposit, { id, cents: 1 })
  for (const id of ['a1', 'a2']) await change(id)
  const [one, other] = ['heddle://records/bank.Account/a1', 'heddle://records/bank.Account/a2']
  const refused = 'heddle://records/bank.Account/a9'

  const modern = way.endsWith('2026-07-28')
  const subscription = modern ? await client.listen({ resourceSubscriptions: [one, refused] }) : undefined
  if (subscription) expect(subscription.honoredFilter).toEqual({ resourceSubscriptions: [one] })
  else {
    await client.subscribeResource({ uri: one })
    await expect(client.subscribeResource({ uri: refused })).rejects.toMatchObject({
      data: { errors: [{ code: 'NotFound' }] },
    })
  }
  const once = new Promise<void>((resolve) => (heard = resolve))
  await change('a2')
  await change('a1')
  await once
  expect(told).toEqual([one])
  expect(told).not.toContain(other)

  if (subscription) await subscription.close()
  else await client.unsubscribeResource({ uri: one })
  await close()
})

test.each(ways)('%s: who may not read a record is told nothing of it', async (way) => {
  const clerk = { id: 'clerk', permissions: ['bank:write'] }
  const { client, call, close } = await opened(way, clerk)
  await call('bank_Deposit', { id: 'a1', cents: 5 })
  const uri = 'heddle://records/bank.Account/a1'
  await expect(client.readResource({ uri })).rejects.toMatchObject({ data: { errors: [{ code: 'Denied' }] } })
  if (way.endsWith('2026-07-28')) {
    const { honoredFilter } = await client.listen({ resourceSubscriptions: [uri] })
    expect(honoredFilter).toEqual({})
  } else {
    await expect(client.subscribeResource({ uri })).rejects.toMatchObject({ data: { errors: [{ code: 'Denied' }] } })
  }
  const { resourceTemplates } = await client.listResourceTemplates()
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).not.toContain('heddle://records/bank.Account/{id}')
  await close()
})

const lend = workflow('bank.Lend', {
  input: z.object({ cents: z.int() }),
  output: z.object({ lent: z.boolean(), by: z.string() }),
  access: 'bank:write',
  steps: [deposit],
  approvals: { big: { summary: 'Lend a lot of money?', form: z.object({ ok: z.boolean() }), by: 'bank:approve' } },
  async run({ approval }) {
    const { answer, by } = await approval('big')
    return { lent: answer.ok, by: by ?? 'nobody' }
  },
})
const lending = (...parts: Parts) => app('bank', { parts: [deposit, lend, ...parts], database: sqlite() })

test.each(ways)('%s: whoever may approve is asked while a run is waited for', async (way) => {
  const asked: unknown[] = []
  const { client, close } = await connect(way, lending, {
    as: ada,
    client: { capabilities: { elicitation: { form: {} } } },
    prepare: (each) =>
      each.setRequestHandler('elicitation/create', ({ params }) => {
        asked.push(params)
        return { action: 'accept', content: { ok: true } }
      }),
  })
  const begun = await client.callTool({ name: 'bank_Lend', arguments: { cents: 5 } })
  const { run } = begun.structuredContent as { run: string }
  const awaited = await client.callTool({ name: 'bank_AwaitLend', arguments: { run } })
  expect(awaited.structuredContent).toEqual({ lent: true, by: 'ada' })
  expect(asked).toEqual([
    expect.objectContaining({
      message: 'Lend a lot of money?',
      requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
    }),
  ])
  await close()
})

test.each(ways)('%s: who may not approve is not asked, and who declines waits for others', async (way) => {
  let asked = 0
  const clerk = { id: 'clerk', permissions: ['bank:write'] }
  for (const as of [clerk, ada]) {
    const {
      client,
      app: running,
      close,
    } = await connect(way, lending, {
      as,
      client: { capabilities: { elicitation: { form: {} } } },
      prepare: (each) =>
        each.setRequestHandler('elicitation/create', () => {
          asked++
          return { action: 'decline' }
        }),
    })
    const begun = await client.callTool({ name: 'bank_Lend', arguments: { cents: 5 } })
    const { run } = begun.structuredContent as { run: string }
    const awaited = client.callTool({ name: 'bank_AwaitLend', arguments: { run } })
    const boss = { as: { id: 'boss', permissions: ['bank:approve'] } }
    for (;;) {
      const { approvals } = await running.callOrThrow(runOperations.listApprovals, {}, boss)
      if (approvals.length > 0 && (as === clerk || asked > 0)) break
      await new Promise(setImmediate)
    }
    await running.callOrThrow(lend.ways.approvals.big!, { run, answer: { ok: false } }, boss)
    expect((await awaited).structuredContent).toEqual({ lent: false, by: 'boss' })
    await close()
  }
  expect(asked).toBe(1)
})

test.each(ways)('%s: the commands that operate an app are served on request alone', async (way) => {
  const operated = (...parts: Parts): App => {
    const declared: App = app('bank', {
      parts: [crud, open, deposit, ...operations(() => declared), ...parts],
      database: sqlite(),
    })
    return declared
  }
  const shown = async (as: typeof ada | null, asked: boolean) => {
    const { client, close } = await connect(way, operated, { as, mcp: { operations: asked } })
    const { tools } = await client.listTools()
    const { resources } = await client.listResources()
    const { resourceTemplates } = await client.listResourceTemplates()
    const names = [
      ...tools.map(({ name }) => name),
      ...resources.map(({ uri }) => uri),
      ...resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ]
    await close()
    return names.filter((name) => /heddle_|heddle\.|queries\/heddle/.test(name))
  }
  expect(await shown(null, false)).toEqual([])
  expect(await shown(ada, false)).toEqual([])
  expect(await shown(ada, true)).toEqual(
    expect.arrayContaining(['heddle_Ping', 'heddle_ListCommands', 'heddle://queries/heddle.ListApprovals']),
  )
})

test('what is listened to ends for who may no longer be connected', async () => {
  const time = createVirtualTime()
  const { clock, timers } = time
  const folder = mkdtempSync(join(tmpdir(), 'heddle-mcp-'))
  const running = await bank().open({ folder, ports: { clock, timers } })
  await running.callOrThrow(deposit, { id: 'a1', cents: 1 })
  let mayRead = true
  const handle = fetchHandler(running, {
    mounts: [mcp()],
    authenticate() {
      if (!mayRead) throw systemFailure('InvalidCredentials', { because: 'the key was revoked' })
      return ada
    },
  })
  const uri = 'heddle://records/bank.Account/a1'
  const listening = await handle(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: {
        host: 'localhost',
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'subscriptions/listen',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 'l1',
        method: 'subscriptions/listen',
        params: {
          notifications: { resourceSubscriptions: [uri] },
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      }),
    }),
  )
  const reader = listening.body!.pipeThrough(new TextDecoderStream()).getReader()
  const read = async () => ((await reader.read()).value ?? '').match(/"method":"([^"]+)"|"result"/)
  expect((await read())?.[1]).toBe('notifications/subscriptions/acknowledged')
  await running.callOrThrow(deposit, { id: 'a1', cents: 1 })
  await time.advance(1000)
  expect((await read())?.[1]).toBe('notifications/resources/updated')
  mayRead = false
  await time.advance(5000)
  expect((await read())?.[0]).toBe('"result"')
  expect((await reader.read()).done).toBe(true)
  await running.close()
  rmSync(folder, { recursive: true })
})
