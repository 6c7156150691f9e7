import { expect, test } from 'vitest'
import type { Log, LogRead, Topic } from '../log/log.ts'
import { RecordBatch } from '../log/record-batch.ts'

/** An empty log of a driver. */
export interface LogUnderTest {
  readonly log: Log
  /** Ends it and opens what it has kept; missing for one that keeps nothing. */
  reopen?(): Promise<Log>
  /**
   * Lets time go by on the log's clock. After an hour it writes to a new segment, and after a day it forgets that a key is gone. Missing
   * where it has a clock of its own, so that what depends on age is not tried.
   */
  advance?(ms: number): void | Promise<void>
  /** Whether retention and compaction are done when `maintain` is called, and not at the engine's own time. @default true */
  readonly maintains?: boolean
  close(): Promise<void>
}

const hourMs = 60 * 60 * 1000

/** A record in short: its value as text. */
const textsOf = ({ frames }: LogRead) =>
  frames.flatMap((frame) => frame.records().map(({ value }) => value && `${value}`))
const offsetsOf = ({ frames }: LogRead) => frames.flatMap((frame) => frame.records().map(({ offset }) => offset))
const recordsOf = (...values: (string | null)[]) => values.map((value, index) => ({ key: value, value, time: index }))
const allOf = async (topic: Topic, partition = 0): Promise<LogRead> => {
  const frames = []
  let read = await topic.read(partition, { from: 'earliest' })
  for (; read.frames.length > 0; read = await topic.read(partition, { from: read.next })) frames.push(...read.frames)
  return { ...read, frames }
}

/**
 * The executable contract of the log. A driver's test calls it once.
 *
 * @example testLog('memory', async () => ({ log: createMemoryLog({ clock }), advance, close: async () => undefined }))
 */
export function testLog(name: string, open: () => Promise<LogUnderTest>): void {
  const check = (behaviour: string, run: (given: LogUnderTest) => Promise<void>) =>
    test(`${name}: ${behaviour}`, async () => {
      const given = await open()
      try {
        await run(given)
      } finally {
        await given.close()
      }
    })

  check('records come back with their keys, times and weights, at offsets without gaps', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    expect(
      await topic.append(0, {
        records: [
          { key: 'a', value: 'ä😀', time: 5 },
          { key: null, value: bytes, time: -1.5, weight: -1 },
        ],
        watermark: 3,
      }),
    ).toEqual({ offset: 0, count: 2, repeated: 0 })
    expect(await topic.append(0, { records: [{ key: bytes, value: '', time: 7 }] })).toMatchObject({ offset: 2 })
    const read = await topic.read(0, { from: 0 })
    expect(read).toMatchObject({ next: 3, end: 3 })
    const records = read.frames.flatMap((frame) => frame.records())
    expect(records.map(({ offset, time, weight }) => [offset, time, weight])).toEqual([
      [0, 5, 1],
      [1, -1.5, -1],
      [2, 7, 1],
    ])
    expect(records.map(({ key }) => key && Buffer.from(key))).toEqual([Buffer.from('a'), null, Buffer.from(bytes)])
    expect(records.map(({ value }) => Buffer.from(value!))).toEqual([
      Buffer.from('ä😀'),
      Buffer.from(bytes),
      Buffer.from(''),
    ])
    expect(read.frames.map(({ watermark, producer }) => [watermark, producer])).toEqual([
      [3, undefined],
      [undefined, undefined],
    ])
  })

  check('a batch that was encoded as it grew is the same as a list of records', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const batch = new RecordBatch(256)
    const records = Array.from({ length: 500 }, (_, index) => ({
      key: index % 7 === 0 ? null : `key-${index}`,
      value: index % 11 === 0 ? null : 'v'.repeat(index),
      time: 1000 - index,
    }))
    for (const { key, value, time } of records) batch.add(key, value, time)
    await topic.append(0, { records: batch.take() })
    await topic.append(0, { records })
    const [one, other] = (await allOf(topic)).frames.map((frame) => ({
      times: [frame.minTime, frame.maxTime],
      records: frame.records().map(({ key, value, time }) => [key && `${key}`, value && `${value}`, time]),
    }))
    expect(one).toEqual(other)
    expect(one!.records).toEqual(records.map(({ key, value, time }) => [key, value, time]))
    expect(one!.times).toEqual([501, 1000])
  })

  check('partitions have offsets of their own', async ({ log }) => {
    const topic = await log.createTopic('orders', { partitions: 3 })
    await topic.append(2, { records: recordsOf('a', 'b') })
    await topic.append(1, { records: recordsOf('c') })
    expect(await Promise.all([0, 1, 2].map((partition) => topic.offsets(partition)))).toEqual([
      { earliest: 0, next: 0 },
      { earliest: 0, next: 1 },
      { earliest: 0, next: 2 },
    ])
    expect(textsOf(await topic.read(1, { from: 'earliest' }))).toEqual(['c'])
  })

  check('appends of many callers keep the order of the calls', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const names = Array.from({ length: 300 }, (_, index) => `r${index}`)
    const all = await Promise.all(names.map((value) => topic.append(0, { records: recordsOf(value) })))
    expect(all.map(({ offset }) => offset)).toEqual(names.map((_, index) => index))
    expect(textsOf(await allOf(topic))).toEqual(names)
  })

  check('a read begins at any offset, within a frame too, and gives no more than was asked for', async ({ log }) => {
    const topic = await log.createTopic('orders')
    await topic.append(0, { records: recordsOf('a', 'b', 'c'), watermark: 9 })
    await topic.append(0, { records: recordsOf('d', 'e') })
    for (let from = 0; from <= 5; from++) {
      const read = await topic.read(0, { from })
      expect(textsOf(read)).toEqual(['a', 'b', 'c', 'd', 'e'].slice(from))
      expect(read.next).toBe(5)
    }
    const some = await topic.read(0, { from: 1, maxRecords: 1 })
    expect([textsOf(some), some.next, some.end]).toEqual([['b'], 2, 5])
    // The watermark speaks of what comes behind all of the frame.
    expect(some.frames[0]!.watermark).toBeUndefined()
    const rest = await topic.read(0, { from: 2, maxRecords: 2 })
    expect([textsOf(rest), rest.next, rest.frames.map(({ watermark }) => watermark)]).toEqual([
      ['c', 'd'],
      4,
      [9, undefined],
    ])
    expect(textsOf(await topic.read(0, { from: 0, maxBytes: 1 }))).toEqual(['a', 'b', 'c'])
    expect(textsOf(await topic.read(0, { from: 0, maxRecords: 0 }))).toEqual(['a'])
    expect(textsOf(await topic.read(0, { from: 'latest' }))).toEqual([])
  })

  check('an offset that is not there is told with those that are', async ({ log }) => {
    const topic = await log.createTopic('orders')
    await topic.append(0, { records: recordsOf('a') })
    for (const from of [2, -1, 0.5]) {
      await expect(topic.read(0, { from })).rejects.toMatchObject({
        code: 'OffsetOutOfRange',
        data: { offset: from, place: 'orders/0', earliest: 0, next: 1 },
      })
    }
  })

  check('a reader at the end is woken by what is appended, and by its signal', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const stop = new AbortController()
    const waiting = topic.read(0, { from: 0, wait: stop.signal })
    const another = topic.read(0, { from: 'latest', wait: stop.signal })
    await topic.append(0, { records: recordsOf('a') })
    expect([textsOf(await waiting), textsOf(await another)]).toEqual([['a'], ['a']])
    const last = topic.read(0, { from: 1, wait: stop.signal })
    stop.abort()
    expect(await last).toEqual({ frames: [], next: 1, end: 1 })
    expect(await topic.read(0, { from: 1, wait: stop.signal })).toEqual({ frames: [], next: 1, end: 1 })
    expect(textsOf(await topic.read(0, { from: 0, wait: stop.signal }))).toEqual(['a'])
  })

  check('a watermark without records is told in its turn', async ({ log }) => {
    const topic = await log.createTopic('orders')
    await topic.append(0, { records: recordsOf('a'), watermark: 1 })
    await topic.append(0, { records: [], watermark: 2 })
    const { frames, next } = await topic.read(0, { from: 0 })
    expect(frames.map(({ watermark, count }) => [watermark, count])).toEqual([
      [1, 1],
      [2, 0],
    ])
    expect((await topic.read(0, { from: next })).frames).toEqual([])
  })

  check('what a producer sends again is dropped, however it is cut', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const send = (sequence: number, ...values: string[]) =>
      topic.append(0, { records: recordsOf(...values), producer: { id: 'p', epoch: 1, sequence } })
    expect(await send(0, 'a', 'b')).toEqual({ offset: 0, count: 2, repeated: 0 })
    expect(await send(0, 'a', 'b')).toEqual({ offset: 2, count: 0, repeated: 2 })
    expect(await send(1, 'b', 'c', 'd')).toEqual({ offset: 2, count: 2, repeated: 1 })
    expect(await send(0, 'a')).toMatchObject({ count: 0, repeated: 1 })
    // At the same time, as after a lost acknowledgement.
    const twice = await Promise.all([send(4, 'e', 'f'), send(4, 'e', 'f'), send(5, 'f', 'g')])
    expect(twice.map(({ count, repeated }) => [count, repeated])).toEqual([
      [2, 0],
      [0, 2],
      [1, 1],
    ])
    const read = await allOf(topic)
    expect(textsOf(read)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    expect(read.frames.map(({ producer }) => producer)).toEqual(
      [0, 2, 4, 6].map((sequence) => ({ id: 'p', epoch: 1, sequence })),
    )
    expect(await topic.producer(0, 'p')).toEqual({ epoch: 1, next: 7 })
    expect(await topic.producer(0, 'q')).toBeUndefined()
  })

  check('a producer that leaves something out is told what is next', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const send = (epoch: number, sequence: number, continues = false) =>
      topic.append(0, { records: recordsOf('a'), producer: { id: 'p', epoch, sequence, continues } })
    await expect(send(0, 1)).rejects.toMatchObject({ code: 'SequenceGap', data: { sequence: 1, expected: 0 } })
    await send(0, 0)
    await expect(send(0, 2)).rejects.toMatchObject({
      code: 'SequenceGap',
      data: { producer: 'p', place: 'orders/0', epoch: 0, sequence: 2, expected: 1 },
    })
    // A new epoch counts anew, unless it says that it goes on.
    await expect(send(1, 1)).rejects.toMatchObject({ code: 'SequenceGap', data: { expected: 0 } })
    expect(await send(1, 1, true)).toMatchObject({ count: 1 })
    expect(await send(2, 1, true)).toMatchObject({ count: 0, repeated: 1 })
    expect(await send(3, 0)).toMatchObject({ count: 1, repeated: 0 })
    expect(await topic.producer(0, 'p')).toEqual({ epoch: 3, next: 1 })
  })

  check('a producer is refused once one of a higher epoch has written', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const send = (epoch: number, sequence: number, ...values: string[]) =>
      topic.append(0, { records: recordsOf(...values), producer: { id: 'p', epoch, sequence } })
    await send(1, 0, 'a')
    // Without records too: so one takes over before it begins.
    await send(2, 0)
    await expect(send(1, 1, 'b')).rejects.toMatchObject({
      code: 'ProducerFenced',
      data: { producer: 'p', place: 'orders/0', epoch: 1, current: 2 },
    })
    await send(2, 0, 'c')
    expect(textsOf(await allOf(topic))).toEqual(['a', 'c'])
    // Another one, and another partition, have nothing to do with it.
    await topic.append(0, { records: recordsOf('d'), producer: { id: 'q', epoch: 0, sequence: 0 } })
  })

  check('the first record at or after a time is found', async ({ log }) => {
    const topic = await log.createTopic('orders')
    for (const times of [
      [10, 30],
      [20, 50],
      [40, 60],
    ]) {
      await topic.append(0, { records: times.map((time) => ({ value: `${time}`, time })) })
    }
    const found = await Promise.all([0, 10, 11, 31, 55, 61].map((time) => topic.offsetAt(0, time)))
    expect(found).toEqual([0, 0, 1, 3, 5, 6])
  })

  check('topics are listed with how they are kept, and opened by name', async ({ log }) => {
    await log.createTopic('b', { partitions: 2, compression: 'zstd', retention: { maxAgeMs: 1000 } })
    await log.createTopic('a', { compaction: true })
    expect(await log.topics()).toEqual([
      { name: 'a', partitions: 1, retention: {}, compaction: true, compression: 'none' },
      { name: 'b', partitions: 2, retention: { maxAgeMs: 1000 }, compaction: false, compression: 'zstd' },
    ])
    const topic = await log.openTopic('b')
    await topic.append(1, { records: recordsOf('x') })
    expect(textsOf(await allOf(await log.openTopic('b'), 1))).toEqual(['x'])
    // The same again is no other topic, and another one of its name is refused.
    await log.createTopic('b', { partitions: 2, compression: 'zstd', retention: { maxAgeMs: 1000 } })
    await expect(log.createTopic('b', { partitions: 3 })).rejects.toMatchObject({
      code: 'TopicExists',
      data: { topic: 'b', changes: expect.stringContaining('partitions is 2, not 3') },
    })
    await log.removeTopic('b')
    expect((await log.topics()).map((each) => each.name)).toEqual(['a'])
    await expect(topic.read(0, { from: 0 })).rejects.toMatchObject({
      code: expect.stringMatching(/Unknown|Unavailable/),
    })
    const anew = await log.createTopic('b')
    expect(await anew.offsets(0)).toEqual({ earliest: 0, next: 0 })
  })

  check('what is not there is told by name', async ({ log }) => {
    await log.createTopic('orders', { partitions: 2 })
    await expect(log.openTopic('order')).rejects.toMatchObject({
      code: 'UnknownTopic',
      data: { topic: 'order', known: 'orders' },
    })
    await expect(log.removeTopic('order')).rejects.toMatchObject({ code: 'UnknownTopic' })
    const topic = await log.openTopic('orders')
    for (const partition of [2, -1, 0.5]) {
      const failure = { code: 'UnknownPartition', data: { topic: 'orders', partition, partitions: 2, last: 1 } }
      await expect(topic.append(partition, { records: [] })).rejects.toMatchObject(failure)
      await expect(topic.read(partition, { from: 0 })).rejects.toMatchObject(failure)
      await expect(topic.offsets(partition)).rejects.toMatchObject(failure)
    }
  })

  check('what makes no sense is a mistake in the code, and nothing is appended', async ({ log }) => {
    for (const [topicName, options] of [
      ['', {}],
      ['a/b', {}],
      ['.a', {}],
      ['a', { partitions: 0 }],
      ['a', { retention: { maxAgeMs: -1 } }],
      ['a', { compression: 'lzma' as 'none' }],
    ] as const) {
      await expect(log.createTopic(topicName, options)).rejects.toMatchObject({ code: 'InvalidDefinition' })
    }
    const topic = await log.createTopic('orders', { compaction: true })
    const records = recordsOf('a')
    for (const producer of [
      { id: '', epoch: 0, sequence: 0 },
      { id: 'p'.repeat(256), epoch: 0, sequence: 0 },
      { id: 'p', epoch: -1, sequence: 0 },
      { id: 'p', epoch: 0, sequence: 0.5 },
    ]) {
      await expect(topic.append(0, { records, producer })).rejects.toMatchObject({ code: 'InvalidDefinition' })
    }
    await expect(topic.append(0, { records, watermark: NaN })).rejects.toMatchObject({ code: 'InvalidDefinition' })
    await expect(topic.append(0, { records: [{ value: 'a', time: NaN, key: 'k' }] })).rejects.toMatchObject({
      code: 'InvalidDefinition',
    })
    await expect(topic.append(0, { records: [{ value: 'a', time: 0 }] })).rejects.toMatchObject({ code: 'InvalidKey' })
    const long = [{ key: 'k'.repeat(70_000), value: 'a', time: 0 }]
    await expect(topic.append(0, { records: long })).rejects.toMatchObject({
      code: 'TooLarge',
      data: { name: 'log.key' },
    })
    expect(await topic.offsets(0)).toEqual({ earliest: 0, next: 0 })
  })

  check('a closed log says so, also to who waits', async ({ log }) => {
    const topic = await log.createTopic('orders')
    const waiting = topic.read(0, { from: 0, wait: new AbortController().signal })
    const refused = expect(waiting).rejects.toMatchObject({ code: 'Unavailable' })
    await log.close()
    await refused
    for (const call of [
      topic.append(0, { records: [] }),
      topic.read(0, { from: 0 }),
      topic.offsets(0),
      log.openTopic('orders'),
      log.topics(),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'Unavailable' })
    }
  })

  check('retention removes what is too old or too much, and says where the rest begins', async (given) => {
    const { log, advance, maintains = true } = given
    if (!maintains) return
    if (advance) {
      const aged = await log.createTopic('aged', { retention: { maxAgeMs: 1000 } })
      await aged.append(0, { records: recordsOf('a') })
      await advance(600)
      await aged.append(0, { records: recordsOf('b') })
      await advance(600)
      await aged.append(0, { records: recordsOf('c') })
      await aged.maintain()
      expect(textsOf(await allOf(aged))).toEqual(['b', 'c'])
      expect(await aged.offsets(0)).toEqual({ earliest: 1, next: 3 })
      await expect(aged.read(0, { from: 0 })).rejects.toMatchObject({
        code: 'OffsetOutOfRange',
        data: { earliest: 1 },
      })
    }
    const bounded = await log.createTopic('bounded', { retention: { maxBytes: 100_000 } })
    for (let index = 0; index < 50; index++) {
      await bounded.append(0, { records: [{ value: `${index}`.padEnd(10_000), time: index }] })
    }
    const { removedSegments, freedBytes } = await bounded.maintain()
    expect([removedSegments > 0, freedBytes > 0]).toEqual([true, true])
    const left = textsOf(await allOf(bounded)).map(Number)
    // As much as was asked for is kept, and no more than a few segments beside it.
    expect([left.length >= 10, left.length < 25, left.at(-1)]).toEqual([true, true, 49])
  })

  check('compaction keeps the newest record of each key at its offset', async (given) => {
    const { log, advance, maintains = true } = given
    if (!maintains || !advance) return
    const topic = await log.createTopic('states', { compaction: true })
    const put = (entries: readonly (readonly [string, string | null])[], watermark?: number) =>
      topic.append(0, { records: entries.map(([key, value]) => ({ key, value, time: 0 })), watermark })
    await put([
      ['a', 'a1'],
      ['b', 'b1'],
      ['a', 'a2'],
    ])
    await put([['c', 'c1']], 7)
    await put([
      ['b', null],
      ['c', 'c2'],
    ])
    // What is written to now is not compacted.
    await advance(hourMs)
    await put([['d', 'd1']])
    expect((await topic.maintain()).removedRecords).toBe(3)
    const early = await allOf(topic)
    // That a key is gone is told for a while, so that whoever reads on learns of it.
    expect([textsOf(early), offsetsOf(early)]).toEqual([
      ['a2', null, 'c2', 'd1'],
      [2, 4, 5, 6],
    ])
    await advance(24 * hourMs)
    await put([['e', 'e1']])
    expect((await topic.maintain()).removedRecords).toBe(1)
    const read = await allOf(topic)
    expect(read.frames.flatMap(({ watermark }) => watermark ?? [])).toEqual([7])
    expect(textsOf(read)).toEqual(['a2', 'c2', 'd1', 'e1'])
    expect(offsetsOf(read)).toEqual([2, 5, 6, 7])
    // Offsets between them are passed over.
    for (const [from, texts] of [
      [0, ['a2', 'c2', 'd1', 'e1']],
      [3, ['c2', 'd1', 'e1']],
      [6, ['d1', 'e1']],
    ] as const) {
      const found = []
      for (let at: number = from; ;) {
        const part = await topic.read(0, { from: at })
        if (part.next === at) break
        found.push(...textsOf(part))
        at = part.next
      }
      expect(found).toEqual(texts)
    }
    expect(textsOf(await topic.read(0, { from: 'earliest', maxRecords: 1 }))).toEqual(['a2'])
    expect((await topic.maintain()).removedRecords).toBe(0)
  })

  check('records, offsets, settings and producers are there when it is opened again', async ({ log, reopen }) => {
    if (!reopen) return
    const settings = { partitions: 2, compression: 'gzip', retention: { maxBytes: 1_000_000 } } as const
    const topic = await log.createTopic('orders', settings)
    const producer = (sequence: number, epoch = 4) => ({ id: 'p', epoch, sequence })
    const records = recordsOf('a', 'b', 'a'.repeat(10_000))
    await topic.append(1, { records, producer: producer(0), watermark: 5 })
    await topic.append(1, { records: recordsOf('d') })
    await topic.append(0, { records: [], producer: producer(0, 9) })

    const again = await (await reopen()).openTopic('orders')
    expect(again).toMatchObject(settings)
    expect(textsOf(await allOf(again, 1))).toEqual([...records.map(({ value }) => value), 'd'])
    expect(await again.offsets(1)).toEqual({ earliest: 0, next: 4 })
    expect(await again.append(1, { records, producer: producer(0) })).toMatchObject({ count: 0, repeated: 3 })
    await expect(again.append(1, { records, producer: producer(0, 3) })).rejects.toMatchObject({
      code: 'ProducerFenced',
    })
    await expect(again.append(0, { records, producer: producer(0) })).rejects.toMatchObject({ code: 'ProducerFenced' })
    expect(await again.append(1, { records: recordsOf('e'), producer: producer(3) })).toMatchObject({ offset: 4 })
    const frames = (await again.read(1, { from: 0 })).frames.map(({ watermark }) => watermark)
    expect(frames).toEqual([5, undefined, undefined])
  })
}
