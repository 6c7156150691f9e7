import { idempotencyKeptMs, systemFailure, uuidV7 } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { ReaderRecord, SnapshotRecord, StreamRecord } from '../events/records.ts'
import { BlobChunkRecord, BlobRecord, BlobTenantRecord } from '../blob/blob-record.ts'
import { applyChange, type Tables } from '../migration/change.ts'
import { WholeCallRecord } from '../history/call-record.ts'
import { LeaseRecord } from '../lease/lease-record.ts'
import { MemberRecord } from '../membership/member-record.ts'
import { openTestStore } from '../testing/test-store.ts'
import { deploymentsKeptMs, leastDeployments, mostDeployments, pruneDeployments } from './deployments.ts'
import {
  AnswerRecord,
  AppRecord,
  DeploymentRecord,
  MigrationRecord,
  systemTenant,
  TableRecord,
  WholeDeadLetterRecord,
} from './entities.ts'
import { findRecords, putWrite } from './records.ts'
import { deadLettersKeptMs, prune } from './retention.ts'
import { systemMigrations } from './tables.ts'

const never = new AbortController().signal
const scope = { tenant: 'main', principal: 'ada', command: 'bank.Pay', key: 'k1' }

test('the system’s migrations lead to the tables that the code uses', () => {
  const none: Tables = new Map()
  const tables = systemMigrations.flat().reduce(applyChange, none)
  const entities = [
    TableRecord,
    MigrationRecord,
    AnswerRecord,
    WholeDeadLetterRecord,
    DeploymentRecord,
    AppRecord,
    StreamRecord,
    SnapshotRecord,
    ReaderRecord,
    WholeCallRecord,
    LeaseRecord,
    MemberRecord,
    BlobRecord,
    BlobChunkRecord,
    BlobTenantRecord,
  ]
  for (const { table } of entities) expect(tables.get(table.name)).toEqual(table)
})

test('an answer is recorded with the unit and found by the next caller, also after a restart', async () => {
  await using first = await openTestStore([])
  const { idempotency } = first.ports
  const found = await idempotency.claim(scope, 'hash', never)
  if (!('claim' in found)) throw new Error('nothing was recorded yet')
  const unit = first.unit()
  found.claim.record(unit, { ok: true, value: [1, 'a'] })
  await unit.commit()
  found.claim.release()
  expect(await idempotency.claim(scope, 'hash', never)).toEqual({ answer: { ok: true, value: [1, 'a'] } })
  await expect(idempotency.claim(scope, 'another', never)).rejects.toMatchObject({ code: 'KeyReused' })
  expect(await idempotency.claim({ ...scope, tenant: 'other' }, 'another', never)).toHaveProperty('claim')
  expect(await idempotency.claim({ ...scope, principal: 'bob' }, 'another', never)).toHaveProperty('claim')
})

test('an answer whose unit was rolled back is not there', async () => {
  await using store = await openTestStore([])
  const found = await store.ports.idempotency.claim(scope, 'hash', never)
  if (!('claim' in found)) throw new Error('nothing was recorded yet')
  const unit = store.unit()
  found.claim.record(unit, 'lost')
  unit.rollback()
  found.claim.release()
  expect(await store.ports.idempotency.claim(scope, 'hash', never)).toHaveProperty('claim')
})

test('callers with one key wait for the first, and get InProgress at their deadline', async () => {
  await using store = await openTestStore([])
  const { idempotency } = store.ports
  const found = await idempotency.claim(scope, 'hash', never)
  if (!('claim' in found)) throw new Error('nothing was recorded yet')
  const controller = new AbortController()
  const impatient = idempotency.claim(scope, 'hash', controller.signal)
  const patient = Array.from({ length: 20 }, () => idempotency.claim(scope, 'hash', never))
  controller.abort()
  await expect(impatient).rejects.toMatchObject({ code: 'InProgress' })
  await expect(idempotency.claim(scope, 'another', never)).rejects.toMatchObject({ code: 'KeyReused' })
  const unit = store.unit()
  found.claim.record(unit, 42)
  await unit.commit()
  found.claim.release()
  expect(await Promise.all(patient)).toEqual(Array.from({ length: 20 }, () => ({ answer: 42 })))
})

test('an answer is forgotten and pruned after a day', async () => {
  const time = createVirtualTime()
  await using store = await openTestStore([], { ports: { clock: time.clock, timers: time.timers } })
  const found = await store.ports.idempotency.claim(scope, 'hash', never)
  if (!('claim' in found)) throw new Error('nothing was recorded yet')
  const unit = store.unit()
  found.claim.record(unit, 42)
  await unit.commit()
  found.claim.release()
  const later = { now: () => time.clock.now() + idempotencyKeptMs - 1 }
  expect(await prune(store.database, later)).toBe(0)
  expect(await prune(store.database, { now: () => later.now() + 2 })).toBe(1)
  expect(await store.ports.idempotency.claim(scope, 'another', never)).toHaveProperty('claim')
})

test('dead letters are listed from the oldest, by tenant and command, and dropped', async () => {
  await using store = await openTestStore([])
  const { deadLetters } = store.ports
  const errors = [systemFailure('TooLarge', { name: 'body', limit: 10 }).toJSON()]
  const letters = Array.from({ length: 5 }, (_, index) => ({
    tenant: 'main',
    command: index === 4 ? 'other.Command' : 'flights.Import',
    origin: `file:${index}`,
    input: { row: index, missing: null },
    errors,
  }))
  await deadLetters.add(letters)
  await deadLetters.add([{ tenant: 'other', command: 'flights.Import', input: null, errors }])
  const all = await deadLetters.list({ tenant: 'main' })
  expect(all).toMatchObject(letters)
  const [first, second] = await deadLetters.list({ tenant: 'main', command: 'flights.Import', limit: 2 })
  expect([first!.origin, second!.origin]).toEqual(['file:0', 'file:1'])
  const rest = await deadLetters.list({ tenant: 'main', command: 'flights.Import', after: second!.id })
  expect(rest.map(({ origin }) => origin)).toEqual(['file:2', 'file:3'])
  expect(await deadLetters.get('other', first!.id)).toBeUndefined()
  expect(await deadLetters.drop('other', [first!.id])).toBe(0)
  expect(await deadLetters.drop('main', [first!.id, second!.id])).toBe(2)
  expect(await deadLetters.get('main', first!.id)).toBeUndefined()
  expect(await prune(store.database, { now: () => all[0]!.at + deadLettersKeptMs + 60_000 })).toBe(4)
})

test('the latest manifest is remembered, and an equal one is saved once', async () => {
  await using store = await openTestStore([])
  const { deployments } = store.ports
  expect(await deployments.latest()).toBeUndefined()
  const manifest = { heddle: 1, app: 'bank', parts: {}, hash: 'a' } as const
  await deployments.save(() => manifest)
  await deployments.save(() => manifest)
  expect(await deployments.latest()).toEqual(manifest)
  const rows = await store.database.find(DeploymentRecord.table, '', {
    where: undefined,
    order: [{ column: 'id', descending: false }],
    after: undefined,
    limit: 10,
  })
  expect(rows).toHaveLength(1)
})

test('a deployed manifest is found by its hash, also when another one is deployed', async () => {
  await using store = await openTestStore([])
  const { deployments } = store.ports
  const first = { heddle: 1, app: 'bank', parts: {}, hash: 'a' } as const
  await deployments.save(() => first)
  await deployments.save(() => ({ ...first, hash: 'b' }))
  expect(await deployments.find('a')).toEqual(first)
  expect(await deployments.find('c')).toBeUndefined()
})

test('the newest deployments are kept however old, and all of ninety days, but never very many', async () => {
  const time = createVirtualTime()
  await using store = await openTestStore([], { ports: { clock: time.clock, timers: time.timers } })
  const { clock } = time
  const start = clock.now()
  const put = async (count: number, atMs: (index: number) => number) => {
    const writes = Array.from({ length: count }, (_, index) => {
      const at = new Date(atMs(index))
      const id = uuidV7({ now: () => at.getTime() }, store.ports.random)
      return putWrite(DeploymentRecord, { id, manifest: { hash: id }, at })
    })
    await store.database.commit({ tenant: systemTenant, checks: [], writes })
  }
  const kept = async () => {
    const records = await findRecords(store.database, DeploymentRecord, systemTenant)
    return records.map(({ at }) => at.getTime() - start)
  }
  const at = (ms: number) => ({ now: () => start + ms })

  // One an hour: all of them are young, then all are old.
  await put(leastDeployments + 5, (index) => start + index * 3_600_000)
  expect(await pruneDeployments(store.database, at(deploymentsKeptMs))).toBe(0)
  expect(await pruneDeployments(store.database, at(deploymentsKeptMs + 3 * 3_600_000))).toBe(3)
  expect(await pruneDeployments(store.database, at(10 * deploymentsKeptMs))).toBe(2)
  expect((await kept())[0]).toBe(5 * 3_600_000)
  expect(await kept()).toHaveLength(leastDeployments)

  // Very many, one a second, on one day.
  await put(mostDeployments + 1, (index) => start + deploymentsKeptMs + index * 1000)
  expect(await pruneDeployments(store.database, at(deploymentsKeptMs + 3_600_000))).toBe(leastDeployments + 1)
  expect((await kept())[0]).toBe(deploymentsKeptMs + 1000)
})

test('saving a deployment removes those that are no longer kept', async () => {
  const time = createVirtualTime()
  await using store = await openTestStore([], { ports: { clock: time.clock, timers: time.timers } })
  const { deployments } = store.ports
  for (let index = 0; index < leastDeployments + 10; index++) {
    await deployments.save(() => ({ heddle: 1, app: 'bank', parts: {}, hash: `${index}` }))
    await time.advance(deploymentsKeptMs / 4)
  }
  const records = await findRecords(store.database, DeploymentRecord, systemTenant)
  expect(records).toHaveLength(leastDeployments)
  expect(records[0]!.manifest).toMatchObject({ hash: '10' })
  expect(await deployments.latest()).toMatchObject({ hash: `${leastDeployments + 9}` })
})

test('a database prunes in the background until it is closed', async () => {
  const time = createVirtualTime()
  await using store = await openTestStore([], { ports: { clock: time.clock, timers: time.timers } })
  const letter = { tenant: 'main', command: 'a.B', input: null, errors: [] }
  await store.ports.deadLetters.add([letter])
  await time.advance(deadLettersKeptMs - 60_000)
  expect(await store.ports.deadLetters.list({ tenant: 'main' })).toHaveLength(1)
  const waitForPrune = async () => {
    while ((await store.ports.deadLetters.list({ tenant: 'main' })).length > 0) await time.advance(600_000)
  }
  await waitForPrune()
  await store.close()
  expect(time.next()).toBeUndefined()
})
