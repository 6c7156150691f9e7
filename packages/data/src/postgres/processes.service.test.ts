import { CommitConflict } from '@heddle/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { eventTable } from '../events/event-tables.ts'
import { entity } from '../entity/entity.ts'
import { repository } from '../repository/repository.ts'
import { openTestStore, type TestStore } from '../testing/test-store.ts'
import { postgres } from './postgres.ts'

const Account = entity('bank.Account', {
  key: 'id',
  fields: { id: z.string(), balance: z.int() },
})
const Accounts = repository(Account)

/** Two stores on one database share no memory, as two processes do not. */
let here: TestStore
let there: TestStore
let url: string
beforeAll(async () => {
  url = await freshDatabase()
  const both = await Promise.all([postgres(url), postgres(url)].map((part) => openTestStore([Account], { part })))
  ;[here, there] = both as [TestStore, TestStore]
})
afterAll(async () => {
  await here.close()
  await there.close()
})

let counter = 0
async function seed(balance = 0): Promise<string> {
  const id = `a${counter++}`
  const unit = here.unit()
  here.use(Accounts, unit).insert({ id, balance })
  await unit.commit()
  return id
}
const begin = (store: TestStore) => {
  const unit = store.unit()
  return { unit, accounts: store.use(Accounts, unit) }
}
const balanceOf = async (id: string) => (await begin(here).accounts.getOrThrow(id)).balance

test('two processes that start at once on an empty database both find it ready', async () => {
  const empty = await freshDatabase()
  const opening = Array.from({ length: 4 }, () => openTestStore([Account], { part: postgres(empty) }))
  for (const store of await Promise.all(opening)) {
    expect(await begin(store).accounts.get('nobody')).toBeUndefined()
    await store.close()
  }
})

test('of two processes that change one record from one version one loses', async () => {
  const id = await seed()
  const units = [begin(here), begin(there)]
  for (const { accounts } of units) accounts.update(await accounts.getOrThrow(id), { balance: 1 })
  const settled = await Promise.allSettled(units.map(async ({ unit }) => unit.commit()))
  expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(settled.find((one) => one.status === 'rejected')!.reason).toBeInstanceOf(CommitConflict)
})

test('two units that each rest on what the other changes do not both commit', async () => {
  for (let round = 0; round < 20; round++) {
    const [left, right] = [await seed(1), await seed(1)]
    const units = [begin(here), begin(round % 2 ? here : there)]
    for (const [index, { accounts }] of units.entries()) {
      const [read, written] = index ? [left, right] : [right, left]
      await accounts.getOrThrow(read)
      accounts.update(await accounts.getOrThrow(written), { balance: 0 })
    }
    const settled = await Promise.allSettled(units.map(async ({ unit }) => unit.commit()))
    expect(settled.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2)
    expect((await balanceOf(left)) + (await balanceOf(right))).toBeGreaterThan(0)
  }
})

test('two units that each rest on the absence of what the other inserts do not both commit', async () => {
  for (let round = 0; round < 20; round++) {
    const ids = [`absent-${round}-0`, `absent-${round}-1`]
    const units = [begin(here), begin(round % 2 ? here : there)]
    for (const [index, { accounts }] of units.entries()) {
      expect(await accounts.get(ids[index]!)).toBeUndefined()
      accounts.insert({ id: ids[1 - index]!, balance: 0 })
    }
    const settled = await Promise.allSettled(units.map(async ({ unit }) => unit.commit()))
    expect(settled.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(2)
    const found = await begin(here).accounts.getMany(ids)
    expect(found.filter(Boolean).length).toBeLessThan(2)
  }
})

test('a locked record waits for its holder in every process, and the others go on', async () => {
  const [locked, free] = [await seed(), await seed()]
  const holder = begin(here)
  const [record] = await holder.accounts.lock([locked])
  const waiting = begin(there)
  waiting.accounts.update(await waiting.accounts.getOrThrow(locked), { balance: 7 })
  const beside = begin(there)
  beside.accounts.update(await beside.accounts.getOrThrow(free), { balance: 7 })
  const order: string[] = []
  const lost = (async () => waiting.unit.commit())().catch((error: unknown) => {
    order.push('waited')
    return error
  })
  await beside.unit.commit()
  order.push('beside')
  holder.accounts.update(record!, { balance: 1 })
  order.push('holder')
  await holder.unit.commit()
  expect(await lost).toBeInstanceOf(CommitConflict)
  expect(order).toEqual(['beside', 'holder', 'waited'])
  expect(await balanceOf(locked)).toBe(1)
})

test('who waits for a lock of another process and is cancelled frees nothing and blocks nobody', async () => {
  const id = await seed()
  const holder = begin(here)
  await holder.accounts.lock([id])
  const controller = new AbortController()
  const impatient = there.unit({ signal: controller.signal })
  const gaveUp = (async () => there.use(Accounts, impatient).lock([id]))()
  // Asked over the same database, so it is answered when the other one waits.
  while ((await begin(there).accounts.find()).records.length === 0);
  controller.abort(new Error('enough'))
  await expect(gaveUp).rejects.toThrow('enough')
  impatient.rollback()
  holder.unit.rollback()
  const next = begin(there)
  const [record] = await next.accounts.lock([id])
  next.accounts.update(record!, { balance: 3 })
  await next.unit.commit()
  expect(await balanceOf(id)).toBe(3)
})

test('who would wait in a circle across processes loses the race', { timeout: 30_000 }, async () => {
  const [left, right] = [await seed(), await seed()]
  const [a, b] = [begin(here), begin(there)]
  await a.accounts.lock([left])
  await b.accounts.lock([right])
  const settled = await Promise.allSettled([
    (async () => {
      try {
        await a.accounts.lock([right])
      } finally {
        a.unit.rollback()
      }
    })(),
    (async () => {
      try {
        await b.accounts.lock([left])
      } finally {
        b.unit.rollback()
      }
    })(),
  ])
  expect(settled.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(settled.find((one) => one.status === 'rejected')!.reason).toBeInstanceOf(CommitConflict)
})

test('a notice of one process is heard in the other', async () => {
  const heard = new Promise<string>((resolve) => void there.database.notices.subscribe('cache', resolve))
  // The other one listens when its own notice comes back to it.
  await new Promise<void>((resolve) => {
    void (async () => {
      const stop = await there.database.notices.subscribe('ready', () => {
        stop()
        resolve()
      })
      await there.database.notices.publish('ready', '')
    })()
  })
  await here.database.notices.publish('cache', 'account 7')
  expect(await heard).toBe('account 7')
})

test('what one process claims the other does not get until it is free', async () => {
  expect(await here.database.claims.take('job')).toBe(true)
  expect(await there.database.claims.take('job')).toBe(false)
  here.database.claims.free('job')
  while (!(await there.database.claims.take('job')));
  there.database.claims.free('job')
})

test('events of two processes have one numbering without gaps, and each hears of the other’s', async () => {
  const emit = (store: TestStore, index: number) =>
    store.database.commit({ tenant: 'main', checks: [], writes: [], events: [event(`e${index}`)] })
  const woken = new Promise<void>((resolve) => {
    const stop = there.database.watchEvents(() => {
      void Promise.resolve(there.database.lastEvent()).then((last) => {
        if (last < 200) return
        stop()
        resolve()
      })
    })
  })
  await Promise.all(Array.from({ length: 200 }, (_, index) => emit(index % 2 ? here : there, index)))
  await woken
  const { rows } = await here.database.readEvents({ after: 0, limit: 1000 })
  expect(rows.map(({ row }) => row[1])).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
})

const event = (id: string) => ({
  table: eventTable,
  values: ['main', id, 'test.Happened', 1, '', '{}', 1_700_000_000_000, null, null],
})
