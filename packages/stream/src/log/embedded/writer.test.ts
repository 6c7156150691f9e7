import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { memoryLog, seededRandom } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterAll, expect, test } from 'vitest'
import { diskError, failingFiles, type Fails } from '../../../fixtures/failing-files.ts'
import type { Topic } from '../log.ts'
import { type EmbeddedLogOptions, openEmbeddedLog } from './embedded-log.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-log-writer-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const { clock, timers } = createVirtualTime()
const open = (name: string, options: Partial<EmbeddedLogOptions> = {}) =>
  openEmbeddedLog({
    folder: join(root, name),
    maintainEveryMs: 0,
    ports: { clock, timers, log: memoryLog() },
    ...options,
  })
const failing = (name: string, fails: Fails) => open(name, { files: failingFiles(fails) })
const valuesOf = async (topic: Topic): Promise<string[]> =>
  (await topic.read(0, { from: 0 })).frames.flatMap((frame) => frame.records().map(({ value }) => String(value)))
const records = (value: string) => [{ value, time: 0 }]

test('what many append at a time shares one write and one flush', async () => {
  const files = failingFiles(() => undefined)
  const log = await open('group', { files })
  const topic = await log.createTopic('t')
  const before = files.steps.length
  await Promise.all(Array.from({ length: 2000 }, (_, index) => topic.append(0, { records: records(`${index}`) })))
  expect(files.steps.slice(before).map(({ what }) => what)).toEqual(['write', 'datasync'])
  // What comes while that is written makes up the next one.
  const first = topic.append(0, { records: records('a') })
  const more = Promise.resolve().then(() => Promise.resolve())
  const later = more.then(() => Promise.all(['b', 'c'].map((value) => topic.append(0, { records: records(value) }))))
  await Promise.all([first, later])
  expect(files.steps.slice(before + 2).map(({ what }) => what)).toEqual(['write', 'datasync', 'write', 'datasync'])
  await log.close()
})

test('nothing is read before it is durable', async () => {
  const durable = Promise.withResolvers<void>()
  const files = failingFiles(() => undefined)
  const real = files.open
  const slow = {
    ...files,
    open: (async (path: string, flags: string) => {
      const handle = await real(path, flags)
      if (!path.endsWith('.log')) return handle
      return new Proxy(handle, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name)
          if (name === 'datasync') return () => durable.promise.then(() => target.datasync())
          return value
        },
      })
    }) as typeof real,
  }
  const log = await open('durable', { files: slow })
  const topic = await log.createTopic('t')
  const appended = topic.append(0, { records: records('a') })
  const waiting = topic.read(0, { from: 0, wait: new AbortController().signal })
  expect((await topic.read(0, { from: 0 })).frames).toEqual([])
  expect(await topic.offsets(0)).toEqual({ earliest: 0, next: 0 })
  durable.resolve()
  await appended
  expect((await waiting).frames).toHaveLength(1)
  await log.close()
})

test('a full disk refuses what does not fit; reads go on, and so does writing once there is space', async () => {
  let isFull = false
  const log = await failing('full', ({ what }) =>
    isFull && (what === 'write' || what === 'open') ? diskError('ENOSPC') : undefined,
  )
  const topic = await log.createTopic('t')
  const producer = (sequence: number) => ({ id: 'p', epoch: 0, sequence })
  await topic.append(0, { records: records('a'), producer: producer(0) })
  isFull = true
  const all = await Promise.allSettled([
    topic.append(0, { records: records('b'), producer: producer(1) }),
    topic.append(0, { records: records('c'), producer: producer(2) }),
  ])
  for (const each of all) {
    expect(each).toMatchObject({ status: 'rejected', reason: { code: 'DiskFull', data: { path: expect.any(String) } } })
  }
  expect(await valuesOf(topic)).toEqual(['a'])
  isFull = false
  // What follows what was refused has to wait for it.
  await expect(topic.append(0, { records: records('c'), producer: producer(2) })).rejects.toMatchObject({
    code: 'SequenceGap',
  })
  await topic.append(0, { records: records('b'), producer: producer(1) })
  expect(await valuesOf(topic)).toEqual(['a', 'b'])
  await log.close()
  const again = await open('full')
  expect(await valuesOf(await again.openTopic('t'))).toEqual(['a', 'b'])
  await again.close()
})

test('a file that may not become larger refuses what does not fit, and writing goes on once it may', async () => {
  let isLargest = false
  const log = await failing('largest', ({ what }) => (isLargest && what === 'write' ? diskError('EFBIG') : undefined))
  const topic = await log.createTopic('t')
  await topic.append(0, { records: records('a') })
  isLargest = true
  await expect(topic.append(0, { records: records('b') })).rejects.toMatchObject({ code: 'FileCannotGrow' })
  isLargest = false
  await topic.append(0, { records: records('c') })
  expect(await valuesOf(topic)).toEqual(['a', 'c'])
  await log.close()
})

test('a disk that fails ends writing until the log is opened again', async () => {
  let fails = false
  const log = await failing('broken', ({ what }) => (fails && what === 'datasync' ? diskError('EIO') : undefined))
  const topic = await log.createTopic('t')
  await topic.append(0, { records: records('a') })
  fails = true
  const refused = {
    code: 'Unavailable',
    message: 'The partition t/0 of the log, whose disk failed (EIO), cannot be reached.',
  }
  await expect(topic.append(0, { records: records('b') })).rejects.toMatchObject(refused)
  fails = false
  await expect(topic.append(0, { records: records('c') })).rejects.toMatchObject(refused)
  expect(await valuesOf(topic)).toEqual(['a'])
  await log.close()
})

test('who appends more than may wait to be written waits, or is refused', async () => {
  const files = failingFiles(() => undefined)
  const log = await open('waits', { files, limits: { queueBytes: 10_000 } })
  const topic = await log.createTopic('t')
  const value = 'v'.repeat(3000)
  const before = files.steps.length
  const all = await Promise.all(Array.from({ length: 9 }, () => topic.append(0, { records: records(value) })))
  expect(all.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  // Three fit at a time.
  expect(files.steps.slice(before).filter(({ what }) => what === 'write')).toHaveLength(3)
  await log.close()

  const strict = await open('refuses', { limits: { queueBytes: 10_000, whenFull: 'refuse', frameBytes: 4000 } })
  const other = await strict.createTopic('t')
  const some = await Promise.allSettled(Array.from({ length: 5 }, () => other.append(0, { records: records(value) })))
  expect(some.map((each) => (each.status === 'fulfilled' ? 'written' : each.reason.data))).toEqual([
    'written',
    'written',
    'written',
    { name: 'log.queue', limit: 10_000 },
    { name: 'log.queue', limit: 10_000 },
  ])
  await expect(other.append(0, { records: records('v'.repeat(5000)) })).rejects.toMatchObject({
    code: 'TooLarge',
    data: { name: 'log.frame', limit: 4000 },
  })
  await strict.close()
})

test('a producer more than are remembered is refused, unless one was silent for long', async () => {
  const { clock: own, timers: ownTimers, advance } = createVirtualTime()
  const ports = { clock: own, timers: ownTimers, log: memoryLog() }
  const log = await open('producers', { ports, limits: { producers: 2, producerIdleMs: 1000 } })
  const topic = await log.createTopic('t')
  const send = (id: string) => topic.append(0, { records: records(id), producer: { id, epoch: 0, sequence: 0 } })
  await send('a')
  await advance(600)
  await send('b')
  await expect(send('c')).rejects.toMatchObject({ code: 'LimitReached', data: { name: 'log.producers', limit: 2 } })
  await advance(600)
  await send('c')
  expect(await topic.producer(0, 'a')).toBeUndefined()
  expect(await topic.producer(0, 'b')).toEqual({ epoch: 0, next: 1 })
  await log.close()
})

test.each(['gzip', 'zstd'] as const)(
  '%s makes frames smaller where they can be, and keeps their order',
  async (way) => {
    const log = await open(way)
    const topic = await log.createTopic('t', { compression: way })
    const random = seededRandom(1)
    const values = [
      Buffer.from(JSON.stringify({ city: 'Utrecht' }).repeat(4000)),
      Buffer.from(random.bytes(50_000)),
      Buffer.from('short'),
    ]
    await Promise.all(values.map((value) => topic.append(0, { records: [{ value, time: 0 }] })))
    const found = (await topic.read(0, { from: 0 })).frames.flatMap((frame) => frame.records())
    expect(found.map(({ value }) => value!.equals(values[found.findIndex((each) => each.value === value)]!))).toEqual([
      true,
      true,
      true,
    ])
    const folder = join(root, way, 't', '0')
    const path = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.log'))!,
    )
    expect(statSync(path).size).toBeLessThan(52_000)
    // What does not become smaller is stored as it is.
    expect(readFileSync(path).includes(values[1]!)).toBe(true)
    await log.close()
  },
)

test('a log is opened once, in one thread of one process', async () => {
  const log = await open('once')
  await expect(open('once')).rejects.toMatchObject({
    code: 'InvalidDefinition',
    data: { reason: 'it is open already: open it once, and hand it on' },
  })
  const folder = join(root, 'once')
  const code = `import(process.env.LOG).then(({ openEmbeddedLog }) => openEmbeddedLog({ folder: process.env.FOLDER }))
    .then(() => 'opened', ({ code }) => code).then((said) => require('node:worker_threads').parentPort.postMessage(said))`
  const url = new URL('./embedded-log.ts', import.meta.url).href
  const inThread = async () => {
    const thread = new Worker(code, { eval: true, env: { LOG: url, FOLDER: folder } })
    const [said] = (await once(thread, 'message')) as [string]
    await thread.terminate()
    return said
  }
  expect(await inThread()).toBe('DatabaseLocked')
  await log.close()
  expect(await inThread()).toBe('opened')
  await (await open('once')).close()
})

test('topics are maintained by themselves, now and then', async () => {
  const { clock: own, timers: ownTimers, advance } = createVirtualTime()
  const log = await open('maintained', {
    ports: { clock: own, timers: ownTimers, log: memoryLog() },
    maintainEveryMs: 60_000,
  })
  const topic = await log.createTopic('t', { retention: { maxAgeMs: 3_600_000 } })
  await topic.append(0, { records: records('a') })
  await advance(1_800_000)
  await topic.append(0, { records: records('b') })
  await advance(2_000_000)
  // Whatever it began on the way is done once it was asked to do the same.
  await topic.maintain()
  expect(await topic.offsets(0)).toEqual({ earliest: 1, next: 2 })
  await log.close()
})
