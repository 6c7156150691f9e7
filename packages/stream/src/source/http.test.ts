import { app } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { httpSourceKind, type HttpSourceConfig } from './http.ts'

const schema = z.object({ n: z.int(), at: z.date() })
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ n: from + n, at: new Date(0) }))
const sent = (values: readonly { n: number }[]) => values.map(({ n }) => ({ n, at: new Date(0).toISOString() }))

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const folderOf = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-http-source-'))
  closing.push(() => rm(folder, { recursive: true }))
  return folder
}

async function opened(config: HttpSourceConfig = {}, folder?: string) {
  const source = httpSourceKind.create(config)
  const place = { job: 'radar.Flights', name: 'source', schema, access: 'public' as const }
  const { parts = [], commands = [] } = source.brings!(place)
  const definition = { parts: [...parts, ...commands], database: sqlite() }
  const radar = await app('radar', definition).open({ folder: folder ?? (await folderOf()) })
  const push = (values: readonly { n: number }[], idempotencyKey?: string) =>
    radar.callByName('radar.PushFlights', { records: sent(values) }, { from: 'json', idempotencyKey })
  const host = { app: radar, ports: radar.ports, job: 'radar.Flights', schema }
  return { source, radar, push, host }
}

testSource('http', async () => {
  const { source, radar, push, host } = await opened()
  await push(numbers(0, 5))
  await push(numbers(5, 6))
  return {
    source,
    host,
    expected: { '0': numbers(0, 6) },
    async append() {
      await push(numbers(6, 9))
      return numbers(6, 9)
    },
    close: () => radar.close(),
  }
})

test('has what it acknowledged after a restart of the app, and takes a push with the same key once', async () => {
  const folder = await folderOf()
  const first = await opened({}, folder)
  expect(await first.push(numbers(0, 2), 'k1')).toMatchObject({ ok: true, value: { taken: 2 } })
  expect(await first.push(numbers(0, 2), 'k1')).toMatchObject({ ok: true, value: { taken: 2 } })
  await first.radar.close()
  const { source, radar, host } = await opened({}, folder)
  const reader = await (await source.open(sourceHost(host))).openPartition('0', undefined)
  expect((await reader.read(10))!.values).toEqual(numbers(0, 2))
  await reader.close()
  await radar.close()
})

test('refuses for good what is more than may ever wait, and says how much that is', async () => {
  const { radar, push } = await opened({ waiting: 3 })
  expect(await push(numbers(0, 4))).toMatchObject({
    ok: false,
    errors: [
      {
        code: 'PushTooLarge',
        retry: 'never',
        message: '4 records are pushed at once, and no more than 3 may ever wait (limit "httpSource.waiting").',
        help: 'Push fewer at a time, or raise `waiting` of the source.',
      },
    ],
  })
  await radar.close()
})

test('refuses more while too many wait, and takes more once the job has them for good', async () => {
  const { source, radar, push, host } = await opened({ waiting: 3 })
  await push(numbers(0, 3))
  expect(await push(numbers(3, 4))).toMatchObject({ ok: false, errors: [{ code: 'LimitReached', retry: 'later' }] })
  const reader = await (await source.open(sourceHost(host))).openPartition('0', undefined)
  const { position } = (await reader.read(2))!
  expect((await push(numbers(3, 4))).ok).toBe(false)
  await reader.committed!(position)
  expect((await push(numbers(3, 5))).ok).toBe(true)
  await reader.close()
  await radar.close()
})

test('takes only what fits the type of the records', async () => {
  const { radar } = await opened()
  const outcome = await radar.callByName('radar.PushFlights', { records: [{ n: 'x' }] }, { from: 'json' })
  expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'InvalidType', path: ['records', 0, 'n'] }, {}] })
  await radar.close()
})
