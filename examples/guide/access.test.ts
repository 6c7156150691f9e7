import { accessCommands, memoryLog, openApi, type OpenApp, type Principal, withOperations } from 'heddle'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared, { addNote, planVisit } from './access.ts'

const { createKey, putPrincipal, putRole, revokeKey } = accessCommands
const folder = mkdtempSync(join(tmpdir(), 'heddle-access-'))
let clinic: OpenApp
let url: string
let key: string
let keyId: string

beforeAll(async () => {
  clinic = await withOperations(declared).open({ folder, ports: { log: memoryLog() }, environment: {} })
  const lines = await clinic.start()
  url = lines.find((line) => line.startsWith('ready http'))!.replace('ready ', '')
  for (const tenant of ['main', 'north']) {
    await clinic.callOrThrow(putRole, { name: 'planner', permissions: ['clinic:plan'] }, { tenant })
    await clinic.callOrThrow(putPrincipal, { id: 'ward-7', kind: 'service', roles: ['planner'] }, { tenant })
  }
  const made = await clinic.callOrThrow(createKey, { principal: 'ward-7' })
  key = made.key
  keyId = made.id
})
afterAll(async () => {
  await clinic.close()
  rmSync(folder, { recursive: true })
})

let counter = 0
async function plan(headers: Record<string, string>) {
  const answer = await fetch(`${url}/clinic/PlanVisit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ id: `v-${counter++}`, nurse: 'ward-7' }),
  })
  const body = (await answer.json()) as { errors?: { code: string }[] }
  return { answer, said: body.errors?.[0]?.code ?? answer.status }
}

test('a key opens what its principal may do, by either header', async () => {
  expect((await plan({ authorization: `Bearer ${key}` })).said).toBe(200)
  expect((await plan({ authorization: `bearer ${key}` })).said).toBe(200)
  const { said, answer } = await plan({ 'x-api-key': key })
  expect(said).toBe(200)
  expect(answer.headers.get('ratelimit')).toMatch(/^"strangers";r=\d+;t=\d+, "calls";r=\d+;t=\d+$/)
})

test('no key is a stranger, and a wrong one is refused and not taken for none', async () => {
  expect((await plan({})).said).toBe('Unauthenticated')
  expect((await plan({ authorization: 'Bearer something' })).said).toBe('Unauthenticated')
  expect((await plan({ authorization: `Bearer ${key}x` })).said).toBe('InvalidCredentials')
  expect((await plan({ 'x-api-key': '' })).said).toBe('InvalidCredentials')
  expect((await plan({ 'x-api-key': key, authorization: `Bearer ${key.slice(0, -1)}` })).said).toBe(
    'InvalidCredentials',
  )
  const { answer } = await plan({ 'x-api-key': 'hk_nothing' })
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
})

test('a key of one tenant opens nothing in another, though its principal has a namesake there', async () => {
  expect((await plan({ 'x-api-key': key, 'heddle-tenant': 'main' })).said).toBe(200)
  expect((await plan({ 'x-api-key': key, 'heddle-tenant': 'north' })).said).toBe('TenantDenied')
  expect((await plan({ 'x-api-key': key, 'heddle-tenant': '' })).said).toBe('TenantDenied')
  expect((await plan({ 'x-api-key': key, 'heddle-tenant': '%' })).said).toBe('TenantDenied')
})

test('a rule says why it refuses, and nobody guesses keys beyond the limit', async () => {
  await clinic.callOrThrow(planVisit, { id: 'mine', nurse: 'ward-7' })
  await clinic.callOrThrow(planVisit, { id: 'theirs', nurse: 'ward-8' })
  const as = (await clinic.ports.principals.resolve('ward-7')) as Principal
  const read = (visit: string) => clinic.callByName('clinic.ReadNotes', { visit }, { as })
  expect(await read('mine')).toEqual({ ok: true, value: { notes: '' } })
  expect(await read('theirs')).toMatchObject({
    errors: [{ code: 'Denied', message: expect.stringContaining('only the nurse of a visit reads its notes') }],
  })
  const guesses: unknown[] = []
  for (let index = 0; index < 20; index++) guesses.push((await plan({ 'x-api-key': `hk_${index}` })).said)
  expect(guesses.at(-1)).toBe('RateLimited')
})

test('who writes a note is filled in, cannot be sent, and stands in no schema', async () => {
  await clinic.callOrThrow(planVisit, { id: 'noted', nurse: 'ward-7' })
  const as = (await clinic.ports.principals.resolve('ward-7')) as Principal
  const send = (input: object) => clinic.callByName('clinic.AddNote', input, { as, from: 'json' })
  expect(await send({ visit: 'noted', text: 'slept well' })).toMatchObject({ value: { notes: 'ward-7: slept well\n' } })
  expect(await send({ visit: 'noted', text: 'x', by: 'ward-8' })).toMatchObject({
    errors: [{ code: 'UnrecognizedKeys' }],
  })
  const own = await clinic.callOrThrow(addNote, { visit: 'noted', text: 'moved', by: 'system' })
  expect(own.notes).toBe('ward-7: slept well\nsystem: moved\n')
  const document = JSON.stringify(openApi(clinic.manifest).components.schemas['clinic.AddNote.Input'])
  expect(document).toContain('"text"')
  expect(document).not.toContain('"by"')
})

test('a revoked key is refused at once', async () => {
  await clinic.callOrThrow(revokeKey, { id: keyId })
  await expect(async () => clinic.ports.principals.ofKey(key)).rejects.toMatchObject({ code: 'InvalidCredentials' })
})
