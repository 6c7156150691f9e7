import { accessCommands, memoryLog, type OpenApp, openApi } from 'heddle'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared, { register } from './exposing.ts'
import { loadClient } from './run-page.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-exposing-'))
let bank: OpenApp
let url: string
let key: string

beforeAll(async () => {
  bank = await declared.open({ folder, ports: { log: memoryLog() }, environment: {} })
  const [line = ''] = await bank.start()
  url = line.replace('ready ', '')
  await bank.callOrThrow(register, { name: 'ann', password: 'correct horse battery', account: 'a1', cents: 1000 })
  await bank.callOrThrow(register, { name: 'bob', password: 'a staple of letters', account: 'b1', cents: 0 })
  await bank.callOrThrow(accessCommands.putRole, { name: 'customer', permissions: ['bank:transfer'] })
  await bank.callOrThrow(accessCommands.putPrincipal, { id: 'ann', roles: ['customer'] })
  key = (await bank.callOrThrow(accessCommands.createKey, { principal: 'ann' })).key
})
afterAll(async () => {
  await bank.close()
  rmSync(folder, { recursive: true })
})

async function post(path: string, input: object, headers: Record<string, string> = {}) {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text === '' ? undefined : (JSON.parse(text) as object),
  }
}
const ann = () => ({ authorization: `Bearer ${key}` })
const euros = { accounts: { from: 'a1', to: 'b1' }, euros: 2.5 }
const cents = { from: 'a1', to: 'b1', cents: 250 }

test('two versions of a command are served at once, and the old one says so', async () => {
  const old = await post('/v1/bank/TransferMoney', euros, ann())
  expect(old.body).toEqual({ euros: 7.5 })
  expect(Object.fromEntries(old.headers)).toMatchObject({
    deprecation: '@1793491200',
    sunset: 'Sat, 01 May 2027 23:59:59 GMT',
    link: '</v2/bank/TransferMoney>; rel="successor-version"',
  })
  expect((await post('/bank/TransferMoney', cents, { ...ann(), 'heddle-version': '2' })).body).toEqual({
    cents: 500,
    by: 'ann',
  })
  const { paths } = openApi(bank.manifest)
  expect(paths['/v1/bank/TransferMoney']!.post!.deprecated).toBe(true)
})

test('a refusal says why, and mistakes stand where callers made them', async () => {
  const denied = await post('/v2/bank/TransferMoney', { ...cents, from: 'b1', to: 'a1' }, ann())
  expect(denied.body).toMatchObject({ status: 403, detail: expect.stringContaining('only its owner moves the money') })
  const wrong = { ...euros, accounts: { from: 'a1', to: 'nobody' } }
  expect((await post('/v1/bank/TransferMoney', wrong, ann())).body).toMatchObject({
    errors: [{ key: 'data/accounts/to:NotFound' }],
  })
  expect((await post('/v1/bank/TransferMoney', { ...euros, euros: 500 }, ann())).body).toMatchObject({
    errors: [{ key: 'domain:NotEnough', data: { euros: 495 } }],
  })
  expect((await post('/bank/MoveMoney', cents, ann())).status).toBe(404)
})

test('records are told by their keys or whole, to their owner', async () => {
  const ask = async (path: string, headers: Record<string, string>) => (await fetch(url + path, { headers })).json()
  expect(await ask('/bank/FindAccountIds', ann())).toEqual(['a1'])
  const [account] = (await ask('/bank/FindWholeAccounts', ann())) as [object]
  expect(account).toEqual({ id: 'a1', cents: 500, owner: { name: 'ann', salt: expect.any(String) as string } })
  expect(await ask('/bank/FindAccountIds', {})).toEqual([])
})

test('who signs in gets a cookie that only pages of this origin can use, until the sign-out', async () => {
  expect((await post('/bank/SignIn', { name: 'ann', password: 'wrong' })).status).toBe(422)
  const signedIn = await post('/bank/SignIn', { name: 'ann', password: 'correct horse battery' })
  expect(signedIn.body).toEqual({ name: 'ann' })
  const [set = ''] = signedIn.headers.getSetCookie()
  expect(set).toMatch(/^__Host-session=hk_[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  const cookie = set.split(';')[0]!

  const ids = async () => (await fetch(`${url}/bank/FindAccountIds`, { headers: { cookie } })).json()
  expect(await ids()).toEqual(['a1'])
  expect((await post('/bank/SignOut', {}, { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(401)
  const signedOut = await post('/bank/SignOut', {}, { cookie, 'sec-fetch-site': 'same-origin' })
  expect([signedOut.status, signedOut.headers.getSetCookie()]).toEqual([
    204,
    ['__Host-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax'],
  ])
  // The old cookie is none any more: whoever sends it is a stranger, who may sign in again.
  expect(await ids()).toEqual([])
  expect((await post('/bank/SignOut', {}, { cookie })).status).toBe(401)
})

test('a generated client signs in, although what is behind the command shows a secret and takes no key', async () => {
  using generated = await loadClient(bank)
  const { signIn } = await generated.domain('bank')
  const keys: boolean[] = []
  const client = generated.createClient({
    url,
    fetch: (to, init) => {
      keys.push(new Headers(init.headers).has('idempotency-key'))
      return fetch(to, init)
    },
  })
  const outcome = await client.call(signIn!, { name: 'bob', password: 'a staple of letters' })
  expect([outcome, keys]).toEqual([{ ok: true, value: { name: 'bob' } }, [true, false]])
  client.close()
})
