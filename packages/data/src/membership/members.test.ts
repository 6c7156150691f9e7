import { app, memoryLog } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sqlite } from '../sqlite/sqlite.ts'
import { openTestStore, usualDatabase } from '../testing/test-store.ts'
import { heartbeatMs, joinMembers } from './join-members.ts'
import { MemberRecord } from './member-record.ts'
import { memberGoneMs, membersOf } from './members.ts'

test('an app that serves is a member until it stops, one that is only open is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-members-'))
  const declared = app('bank', { database: usualDatabase(), parts: [] })
  const bank = await declared.open({ folder })
  expect(await membersOf(bank).list()).toEqual([])
  await bank.start()
  const [member, ...others] = await membersOf(bank).list()
  const { hash: manifest } = bank.manifest
  expect(member).toMatchObject({ app: 'bank', host: hostname(), pid: process.pid, manifest })
  expect(member!.seenAt).toBeGreaterThanOrEqual(member!.since)
  expect(others).toEqual([])
  await bank.close()
  const again = await declared.open({ folder })
  expect(await membersOf(again).list()).toEqual([])
  await again.close()
  rmSync(folder, { recursive: true })
})

/** A database on one thread in virtual time, and members of it as other processes would be. */
async function openMembers() {
  const time = createVirtualTime()
  const store = await openTestStore([], {
    part: sqlite().simulated!(),
    ports: { clock: time.clock, timers: time.timers },
  })
  const list = () => membersOf(store).list()
  const enter = (name: string, timers = time.timers) => {
    const manifest = { heddle: 1, app: name, parts: {}, hash: `hash of ${name}` } as const
    return joinMembers(store.database, { name, manifest }, { ...store.ports, timers })
  }
  return { time, store, list, enter }
}

test('a member is seen with each heartbeat, and one that died is gone after a while, also from the table', async () => {
  const { time, store, list, enter } = await openMembers()
  const dead = createVirtualTime().timers
  await enter('killed', dead)
  await time.advance(1000)
  const leave = await enter('alive')
  expect((await list()).map(({ app: name }) => name)).toEqual(['killed', 'alive'])
  for (let elapsed = 0; elapsed < memberGoneMs; elapsed += heartbeatMs / 2) {
    await time.advance(heartbeatMs / 2)
    await settled()
  }
  const now = time.clock.now()
  expect(await list()).toMatchObject([{ app: 'alive', manifest: 'hash of alive' }])
  expect((await list())[0]!.seenAt).toBeGreaterThanOrEqual(now - heartbeatMs)
  await time.advance(heartbeatMs)
  await settled()
  const where = undefined
  const order = [{ column: 'id', descending: false }]
  const rows = await store.database.find(MemberRecord.table, '', { where, order, after: undefined, limit: 10 })
  expect(rows).toHaveLength(1)
  await leave()
  expect(await list()).toEqual([])
  await store.close()
})

test('a heartbeat that fails is told and tried again', async () => {
  const { time, store, enter } = await openMembers()
  const log = memoryLog()
  let broken = false
  const database = {
    ...store.database,
    commit: (commit: Parameters<typeof store.database.commit>[0]) => {
      if (broken) throw new Error('unreachable')
      return store.database.commit(commit)
    },
  }
  await enter('first')
  const app = { name: 'flaky', manifest: { heddle: 1, app: 'flaky', parts: {}, hash: 'h' } as const }
  const leave = await joinMembers(database, app, { ...store.ports, timers: time.timers, log })
  broken = true
  await time.advance(heartbeatMs)
  await settled()
  expect(log.lines).toMatchObject([{ severity: 'warning', fields: { reason: 'unreachable' } }])
  broken = false
  await time.advance(heartbeatMs)
  await settled()
  const flaky = (await membersOf(store).list()).find(({ app: name }) => name === 'flaky')
  expect(flaky!.seenAt).toBe(time.clock.now())
  await leave()
  await store.close()
})
