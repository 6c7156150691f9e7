import { app } from '@heddle/core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createMemoryLog } from '../log/memory/memory-log.ts'
import { topicSinkKind } from '../sink/topic.ts'
import { sinkHost, sourceHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import { testSource } from '../testing/test-source.ts'
import { topicSourceKind } from './topic.ts'
import { appLog } from './topic/app-log.ts'

const json = (value: unknown) => JSON.stringify(value)
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ n: from + n }))
const records = (values: readonly unknown[]) =>
  values.map((value, at) => ({ key: `k${at}`, value: json(value), time: at }))

testSource('topic', async () => {
  const log = createMemoryLog()
  const topic = await log.createTopic('numbers', { partitions: 2 })
  await topic.append(0, { records: records(numbers(0, 3)) })
  await topic.append(0, {
    records: [
      { value: '{"n":', time: 3 },
      { value: null, key: 'k0', time: 3 },
    ],
  })
  await topic.append(0, { records: records(numbers(3, 6)) })
  await topic.append(1, { records: [{ value: '{\n"n":7}', time: 0 }] })
  return {
    source: topicSourceKind.create({ topic: 'numbers' }),
    host: { log },
    expected: { '0': numbers(0, 6), '1': [{ n: 7 }] },
    unread: 1,
    async append() {
      await topic.append(0, { records: records(numbers(6, 8)) })
      return numbers(6, 8)
    },
    close: () => log.close(),
  }
})

testSink('topic', async () => {
  const log = createMemoryLog()
  return {
    sink: topicSinkKind.create({ topic: 'out' }, { kind: 'unknown' }),
    host: { log },
    async read() {
      const { frames } = await (await log.openTopic('out')).read(0, { from: 'earliest' })
      return frames.flatMap((frame) => frame.records()).map(({ value }) => JSON.parse(String(value)) as unknown)
    },
    close: () => log.close(),
  }
})

test('tells keys, times, weights and where a record stands that cannot be read', async () => {
  const log = createMemoryLog()
  const topic = await log.createTopic('orders')
  await topic.append(0, {
    records: [
      { key: 'a', value: '{"n":1}', time: 5 },
      { key: 'a', value: '{"n":"x"}', time: 6 },
      { value: '{"n":1}', time: 7, weight: -1 },
    ],
    watermark: 7,
  })
  const source = topicSourceKind.create({ topic: 'orders', watermarks: true, changes: true })
  const open = await source.open(sourceHost({ log, schema: z.object({ n: z.int() }) }))
  const reader = await open.openPartition('0', undefined)
  expect(await reader.read(10)).toMatchObject({
    values: [{ n: 1 }, { n: 1 }],
    times: [5, 7],
    keys: ['a', null],
    weights: [1, -1],
    watermark: 7,
    position: { next: 3 },
    unread: [{ index: 1, origin: 'orders/0@1' }],
  })
  await reader.close()
  const plain = await topicSourceKind.create({ topic: 'orders' }).open(sourceHost({ log }))
  const refusing = await plain.openPartition('0', undefined)
  await expect(refusing.read(10)).rejects.toThrow('orders/0@2 withdraws another one')
  await refusing.close()
})

test('can be read from its beginning again, unless records of it are removed', async () => {
  const log = createMemoryLog()
  const rereads = async (name: string, compaction: boolean) => {
    await log.createTopic(name, { compaction })
    const open = await topicSourceKind.create({ topic: name }).open(sourceHost({ log }))
    return open.rereads!('0', { next: 1 })
  }
  expect(await rereads('all', false)).toBe(true)
  expect(await rereads('newest', true)).toBe(false)
  expect(topicSourceKind.create({ topic: 'all', from: 'latest' }).guarantees.rereads).toBe(false)
})

test('keeps records of a key in one partition, and drops an epoch that is sent again to several', async () => {
  const log = createMemoryLog()
  const sink = topicSinkKind.create({ topic: 'out', partitions: 3 }, { kind: 'unknown' })
  const given = Array.from({ length: 12 }, (_, n) => ({
    id: `${n}`,
    value: n,
    key: `k${n % 4}`,
    time: n,
    weight: 1 as const,
  }))
  const first = await sink.open(sinkHost({ log }))
  await first.write(given.slice(0, 7), 1)
  const again = await sink.open(sinkHost({ log }))
  expect(await again.epoch!()).toBe(0)
  await again.write(given.slice(0, 5), 1)
  await again.write(given.slice(5), 1, true)
  const topic = await log.openTopic('out')
  const lanes = await Promise.all([0, 1, 2].map((lane) => topic.read(lane, { from: 'earliest' })))
  const found = lanes.map(({ frames }) => frames.flatMap((frame) => frame.records()))
  expect(found.flat()).toHaveLength(12)
  for (const key of ['k0', 'k1', 'k2', 'k3']) {
    const holding = found.filter((lane) => lane.some((record) => String(record.key) === key))
    expect(holding).toHaveLength(1)
    const order = holding[0]!.filter((record) => String(record.key) === key).map(({ value }) => Number(value))
    expect(order).toEqual(order.toSorted((left, right) => left - right))
  }
})

test('lies in the data folder of the app, and is closed with it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-app-log-'))
  for (const expected of [1, 2]) {
    const opened = await app('flights', { parts: [appLog] }).open({ folder })
    const host = sinkHost({ app: opened, ports: opened.ports })
    const open = await topicSinkKind.create({ topic: 'out' }, { kind: 'unknown' }).open(host)
    await open.write([{ id: 'a', value: 1, key: undefined, time: 0, weight: 1 }], expected, true)
    const source = await topicSourceKind.create({ topic: 'out' }).open(sourceHost({ app: opened }))
    const reader = await source.openPartition('0', undefined)
    expect((await reader.read(10))!.values).toHaveLength(expected)
    await reader.close()
    await opened.close()
  }
  await rm(folder, { recursive: true })
})
