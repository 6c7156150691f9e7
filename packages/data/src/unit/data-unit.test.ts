import { CommitConflict } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'

const Account = entity('bank.Account', {
  key: 'id',
  fields: { id: z.string(), owner: z.string(), balance: z.int().default(0) },
  indexes: [{ fields: ['owner'], unique: true }],
})
const Accounts = repository(Account)

let store: TestStore
beforeAll(async () => {
  store = await openTestStore([Account])
})
afterAll(() => store.close())

let counter = 0
/** Every test works on keys of its own. */
async function seed(...balances: number[]): Promise<string[]> {
  const unit = store.unit()
  const ids = balances.map((balance) => {
    const id = `a${String(counter++).padStart(4, '0')}`
    return store.use(Accounts, unit).insert({ id, owner: `owner of ${id}`, balance }).id
  })
  await unit.commit()
  return ids
}
const begin = (options?: Parameters<TestStore['unit']>[0]) => {
  const unit = store.unit(options)
  return { unit, accounts: store.use(Accounts, unit) }
}
const balanceOf = async (id: string) => (await begin().accounts.getOrThrow(id)).balance

test('writes are seen by the unit at once and by others after the commit', async () => {
  const [id] = await seed(10)
  const { unit, accounts } = begin()
  const account = await accounts.getOrThrow(id!)
  accounts.update(account, { balance: 20 })
  expect(await accounts.getOrThrow(id!)).toMatchObject({ balance: 20 })
  expect(await balanceOf(id!)).toBe(10)
  await unit.commit()
  expect(await balanceOf(id!)).toBe(20)
})

test('a rolled back unit leaves nothing', async () => {
  const [id] = await seed(10)
  const { unit, accounts } = begin()
  accounts.update(await accounts.getOrThrow(id!), { balance: 20 })
  unit.rollback()
  await unit.commit()
  expect(await balanceOf(id!)).toBe(10)
})

test('the second of two units that changed one record conflicts', async () => {
  const [id] = await seed(10)
  const [first, second] = [begin(), begin()]
  for (const { accounts } of [first, second]) {
    const account = await accounts.getOrThrow(id!)
    accounts.update(account, { balance: account.balance + 1 })
  }
  const commits = await Promise.allSettled([first.unit.commit(), second.unit.commit()])
  expect(commits[0]!.status).toBe('fulfilled')
  expect(commits[1]).toMatchObject({ status: 'rejected', reason: expect.any(CommitConflict) })
  expect(await balanceOf(id!)).toBe(11)
})

test('a record that was only read by key is verified at commit', async () => {
  const [read, written] = await seed(1, 2)
  const { unit, accounts } = begin()
  const { balance } = await accounts.getOrThrow(read!)
  accounts.update(await accounts.getOrThrow(written!), { balance })
  const other = begin()
  other.accounts.update(await other.accounts.getOrThrow(read!), { balance: 100 })
  await other.unit.commit()
  await expect(unit.commit()).rejects.toThrow(CommitConflict)
  expect(await balanceOf(written!)).toBe(2)
})

test('a key that was read as free is verified at commit', async () => {
  const [written] = await seed(2)
  const { unit, accounts } = begin()
  expect(await accounts.get('free-1')).toBeUndefined()
  accounts.update(await accounts.getOrThrow(written!), { balance: 3 })
  const other = begin()
  other.accounts.insert({ id: 'free-1', owner: 'free-1' })
  await other.unit.commit()
  await expect(unit.commit()).rejects.toThrow(CommitConflict)
})

test('a record that a page brought is not verified unless it is changed', async () => {
  const [id, written] = await seed(1, 2)
  const { unit, accounts } = begin()
  await accounts.find({ where: { id: id! } })
  accounts.update(await accounts.getOrThrow(written!), { balance: 3 })
  const other = begin()
  other.accounts.update(await other.accounts.getOrThrow(id!), { balance: 100 })
  await other.unit.commit()
  await unit.commit()
  expect(await balanceOf(written!)).toBe(3)
})

test('two reads without writes are of one moment', async () => {
  const [left, right] = await seed(1, 2)
  const { unit, accounts } = begin()
  await accounts.get(left!)
  const other = begin()
  other.accounts.update(await other.accounts.getOrThrow(left!), { balance: 100 })
  await other.unit.commit()
  await accounts.get(right!)
  await expect((async () => unit.commit())()).rejects.toThrow(CommitConflict)
})

test('inserting a key that exists fails with NotUnique, here when known and else at commit', async () => {
  const [id] = await seed(1)
  const { unit, accounts } = begin()
  accounts.insert({ id: id!, owner: 'another' })
  await expect(unit.commit()).rejects.toMatchObject({
    code: 'NotUnique',
    data: { entity: 'bank.Account', field: 'id' },
  })
  const known = begin()
  await known.accounts.get(id!)
  expect(() => known.accounts.insert({ id: id!, owner: 'another' })).toThrow(
    expect.objectContaining({ code: 'NotUnique' }),
  )
})

test('inserting a key that was seen free and is taken meanwhile is a conflict', async () => {
  const { unit, accounts } = begin()
  expect(await accounts.get('raced')).toBeUndefined()
  accounts.insert({ id: 'raced', owner: 'raced 1' })
  const other = begin()
  other.accounts.insert({ id: 'raced', owner: 'raced 2' })
  await other.unit.commit()
  await expect(unit.commit()).rejects.toThrow(CommitConflict)
})

test('a broken unique index names its field', async () => {
  const [id] = await seed(1)
  const { unit, accounts } = begin()
  accounts.insert({ id: 'fresh', owner: `owner of ${id}` })
  await expect(unit.commit()).rejects.toMatchObject({
    code: 'NotUnique',
    data: { entity: 'bank.Account', field: 'owner' },
  })
})

test('removing a record makes room for another in the same unit', async () => {
  const [id] = await seed(1)
  const { unit, accounts } = begin()
  accounts.delete(await accounts.getOrThrow(id!))
  expect(await accounts.get(id!)).toBeUndefined()
  accounts.insert({ id: `${id}-new`, owner: `owner of ${id}` })
  await unit.commit()
  expect(await begin().accounts.get(id!)).toBeUndefined()
  expect(await balanceOf(`${id}-new`)).toBe(0)
})

test('a record that was removed and inserted again by others is another one', async () => {
  const [id] = await seed(1)
  const { unit, accounts } = begin()
  accounts.update(await accounts.getOrThrow(id!), { balance: 5 })
  for (const change of ['delete', 'insert'] as const) {
    const other = begin()
    if (change === 'delete') other.accounts.delete(await other.accounts.getOrThrow(id!))
    else other.accounts.insert({ id: id!, owner: `owner of ${id}`, balance: 1 })
    await other.unit.commit()
  }
  await expect(unit.commit()).rejects.toThrow(CommitConflict)
})

test('updating an old copy is the defect StaleRecord', async () => {
  const [id] = await seed(1)
  const { accounts } = begin()
  const account = await accounts.getOrThrow(id!)
  accounts.update(account, { balance: 2 })
  expect(() => accounts.update(account, { balance: 3 })).toThrow(expect.objectContaining({ code: 'StaleRecord' }))
  const foreign = await begin().accounts.getOrThrow(id!)
  expect(() => begin().accounts.update(foreign, { balance: 3 })).toThrow(
    expect.objectContaining({ code: 'StaleRecord' }),
  )
})

test('updating a record of which a later page showed a newer version is a conflict', async () => {
  const [id] = await seed(1)
  const { accounts } = begin()
  const { records } = await accounts.find({ where: { id: id! } })
  const other = begin()
  other.accounts.update(await other.accounts.getOrThrow(id!), { balance: 100 })
  await other.unit.commit()
  await accounts.find({ where: { id: id! } })
  expect(() => accounts.update(records[0]!, { balance: 3 })).toThrow(CommitConflict)
})

test('records are frozen', async () => {
  const [id] = await seed(1)
  const { accounts } = begin()
  const account = await accounts.getOrThrow(id!)
  expect(Object.isFrozen(account)).toBe(true)
  expect(Object.isFrozen(accounts.update(account, { balance: 4 }))).toBe(true)
})

test('a query reads one moment and refuses to write', async () => {
  const [id] = await seed(1)
  const { unit, accounts } = begin({ mode: 'query' })
  const before = await accounts.getOrThrow(id!)
  const other = begin()
  other.accounts.update(await other.accounts.getOrThrow(id!), { balance: 100 })
  await other.unit.commit()
  expect((await accounts.find({ where: { id: id! } })).records).toEqual([before])
  expect(() => accounts.update(before, { balance: 2 })).toThrow(expect.objectContaining({ code: 'QueryWrote' }))
  expect(() => accounts.insert({ id: 'x', owner: 'x' })).toThrow(expect.objectContaining({ code: 'QueryWrote' }))
  expect(() => accounts.lock([id!])).toThrow(expect.objectContaining({ code: 'QueryWrote' }))
  unit.rollback()
  expect(await balanceOf(id!)).toBe(100)
})

test('more queries than snapshots wait for each other, and a cancelled one stops waiting', async () => {
  const [id] = await seed(1)
  const open = Array.from({ length: 8 }, () => begin({ mode: 'query' }))
  for (const { accounts } of open) await accounts.get(id!)
  const controller = new AbortController()
  const cancelled = begin({ mode: 'query', signal: controller.signal }).accounts.get(id!)
  const waiting = begin({ mode: 'query' }).accounts.get(id!)
  controller.abort(new Error('enough'))
  await expect(cancelled).rejects.toThrow('enough')
  open[0]!.unit.rollback()
  expect(await waiting).toMatchObject({ id })
  for (const { unit } of open) unit.rollback()
})

test('after a lost race a unit waits for the locks of what it had read', async () => {
  const [left, right] = await seed(1, 2)
  const lost = begin()
  await lost.accounts.getMany([right!, left!])
  lost.unit.rollback()

  const holder = begin()
  await holder.accounts.lock([left!])
  const again = begin({ after: lost.unit })
  let ready = false
  const prepared = Promise.resolve(again.unit.prepare()).then(() => (ready = true))
  const held = await holder.accounts.getOrThrow(left!)
  holder.accounts.update(held, { balance: 50 })
  expect(ready).toBe(false)
  await holder.unit.commit()
  await prepared
  expect(await again.accounts.getOrThrow(left!)).toMatchObject({ balance: 50 })
  again.unit.rollback()
})

test('a commit waits for the lock of what it writes', async () => {
  const [id] = await seed(1)
  const holder = begin()
  const [account] = await holder.accounts.lock([id!])
  const other = begin()
  other.accounts.update(await other.accounts.getOrThrow(id!), { balance: 7 })
  const commit = other.unit.commit()
  holder.accounts.update(account!, { balance: 8 })
  await holder.unit.commit()
  await expect(commit).rejects.toThrow(CommitConflict)
  expect(await balanceOf(id!)).toBe(8)
})

test('one tenant never sees the records of another', async () => {
  const [id] = await seed(1)
  const other = begin({ tenant: 'other' })
  expect(await other.accounts.get(id!)).toBeUndefined()
  expect(await other.accounts.find()).toEqual({ records: [] })
  other.accounts.insert({ id: id!, owner: `owner of ${id}`, balance: 9 })
  await other.unit.commit()
  expect(await balanceOf(id!)).toBe(1)
  const theirs = begin({ tenant: 'other' })
  theirs.accounts.delete(await theirs.accounts.getOrThrow(id!))
  await theirs.unit.commit()
  expect(await balanceOf(id!)).toBe(1)
})

test('a page that is waited for holds what the unit wrote meanwhile', async () => {
  const [left, right] = await seed(901, 902)
  const { unit, accounts } = begin()
  const account = await accounts.getOrThrow(left!)
  const waited = accounts.find({ where: { balance: { gt: 900 } } })
  accounts.delete(account)
  accounts.insert({ id: 'meanwhile', owner: 'meanwhile', balance: 903 })
  expect((await waited).records.map(({ id }) => id)).toEqual([right, 'meanwhile'])
  unit.rollback()
})
