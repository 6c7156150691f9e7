import { app, command, createPorts, memoryLog } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { fetchHandler, type HandlerOptions } from '../http/index.ts'

const nothing = { input: z.object({}), output: z.object({}), run: () => ({}) } as const
const open = command('vault.Open', { ...nothing, access: 'public', version: 2 })
const old = command('vault.OpenV1', { ...nothing, version: 1 })
const look = command('vault.Look', { ...nothing, kind: 'query' })
const change = command('vault.Change', { ...nothing })

const people = { ann: { id: 'ann', permissions: ['*'] } }
const authenticate: HandlerOptions['authenticate'] = (request) =>
  request.header('authorization') === 'Bearer ann' ? people.ann : undefined

async function served(mode: 'development' | 'production', options: HandlerOptions = {}) {
  const log = memoryLog()
  const vault = await app('vault', { parts: [{ open, old, look, change }] }).open({ mode, ports: createPorts({ log }) })
  const handle = fetchHandler(vault, { authenticate, ...options } as object)
  /** All of an answer, in which a name that is not there may stand for another one. */
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await handle(new Request(`http://localhost${path}`, init))
    const headers = [...answer.headers].filter(([name]) => name !== 'traceparent')
    return JSON.stringify([answer.status, headers, await answer.text()])
  }
  return { vault, log, ask }
}

const asAnn = { authorization: 'Bearer ann' }
const json = { 'content-type': 'application/json' }

test('a closed command answers as one that the app does not have, whoever asks and however', async () => {
  const { vault, ask } = await served('production')
  const ways: ((name: string) => Promise<string>)[] = [
    (name) => ask(`/vault/${name}`),
    (name) => ask(`/vault/${name}`, { method: 'HEAD' }),
    (name) => ask(`/vault/${name}`, { method: 'PUT' }),
    (name) => ask(`/vault/${name}`, { method: 'OPTIONS' }),
    (name) => ask(`/vault/${name}`, { method: 'POST', headers: json, body: '{}' }),
    (name) => ask(`/vault/${name}`, { method: 'POST', headers: json, body: '{' }),
    (name) => ask(`/vault/${name}`, { method: 'POST', headers: { ...json, ...asAnn }, body: '{}' }),
    (name) => ask(`/vault/${name}`, { headers: asAnn }),
  ]
  const batch = (name: string) => {
    const headers = { 'content-type': 'application/x-ndjson', ...asAnn }
    return ask('/_heddle/batch', { method: 'POST', headers, body: `{"call":"vault.${name}","input":{}}\n` })
  }
  for (const way of [...ways, batch]) {
    const unknown = await way('Nothing')
    expect(unknown).toMatch(/^\[(404|200)/)
    for (const name of ['Look', 'Change']) expect((await way(name)).replaceAll(name, 'Nothing')).toBe(unknown)
  }
  const version = (number: string) =>
    ask('/vault/Open', { method: 'POST', headers: { ...json, 'heddle-version': number }, body: '{}' })
  expect(await version('2')).toMatch(/^\[200/)
  expect((await version('1')).replaceAll('version 1', 'version 7')).toBe(await version('7'))
  expect(await ask('/v1/vault/Open', { method: 'POST' })).toMatch(/^\[404/)
  await vault.close()
})

test('a route to a closed command leads nowhere', async () => {
  const { vault, ask, log } = await served('development', { commands: 'routes', routes: { 'GET /look': look } })
  expect((await ask('/look')).replaceAll('/look', '/nothing')).toBe(await ask('/nothing'))
  expect(log.lines.map(({ message }) => message).join('\n')).toMatch(/vault\.Look is closed.*GET \/look/)
  await vault.close()
})

test('in development the log says why a command is not there, in production nothing', async () => {
  for (const [mode, lines] of [
    ['development', 1],
    ['production', 0],
  ] as const) {
    const { vault, ask, log } = await served(mode)
    await ask('/vault/Look')
    await ask('/vault/Nothing')
    expect(log.lines.filter(({ message }) => /vault\.Look is closed.*`access`/.test(message))).toHaveLength(lines)
    await vault.close()
  }
})

test('the code of the app is told what is wrong', async () => {
  const { vault } = await served('production')
  const outcome = await vault.call(look, {}, { as: people.ann })
  expect(outcome).toMatchObject({ errors: [{ code: 'Denied', data: { because: expect.stringContaining('closed') } }] })
  await vault.close()
})
