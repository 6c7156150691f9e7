import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, seededRandom } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterAll, expect, test } from 'vitest'
import type { Log, NewFrame, Topic } from '../log.ts'
import { createMemoryLog } from '../memory/memory-log.ts'
import { openEmbeddedLog } from './embedded-log.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-log-together-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const { clock, timers } = createVirtualTime()
const open = (folder: string): Promise<Log> =>
  openEmbeddedLog({ folder, segmentBytes: 2000, maintainEveryMs: 0, ports: { clock, timers, log: memoryLog() } })
const codeOf = (thrown: { code?: string }) => thrown.code ?? String(thrown)

/** Lets the disk have its turn. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** What a read gives, without what depends on the driver. */
async function readOf(topic: Topic, from: number, maxRecords: number) {
  const { frames, next, end } = await topic.read(0, { from, maxRecords, maxBytes: Infinity })
  return {
    next,
    end,
    frames: frames.map((frame) => ({
      watermark: frame.watermark,
      producer: frame.producer,
      times: [frame.minTime, frame.maxTime],
      records: frame.records().map(({ offset, key, value, time }) => [offset, String(key), String(value), time]),
    })),
  }
}

test.each([1, 2, 3])(
  'the log in files answers as the one in memory does, also when it is opened again (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    const upTo = (limit: number) => Math.floor(random.next() * limit)
    const folder = join(root, `seed-${seed}`)
    const options = { compression: (['none', 'gzip', 'zstd'] as const)[seed % 3] }
    let log = await open(folder)
    let topic = await log.createTopic('t', options)
    const memory = await createMemoryLog({ clock }).createTopic('t', options)

    const anyFrame = (): NewFrame => {
      const records = Array.from({ length: upTo(5) }, () => ({
        key: upTo(4) === 0 ? null : `k${upTo(9)}`,
        value: upTo(9) === 0 ? null : 'v'.repeat(upTo(120)) + upTo(1000),
        time: upTo(1000),
      }))
      const producer = { id: `p${upTo(3)}`, epoch: upTo(2), sequence: upTo(12), continues: upTo(4) === 0 }
      return {
        records,
        watermark: upTo(3) === 0 ? upTo(1000) : undefined,
        producer: upTo(3) === 0 ? undefined : producer,
      }
    }
    for (let step = 0; step < 150; step++) {
      if (upTo(20) === 0) {
        await log.close()
        log = await open(folder)
        topic = await log.openTopic('t')
      }
      const frames = Array.from({ length: 1 + upTo(4) }, anyFrame)
      const appended = (each: Topic) => Promise.all(frames.map((frame) => each.append(0, frame).catch(codeOf)))
      expect(await appended(topic)).toEqual(await appended(memory))
      const { next } = await memory.offsets(0)
      const [from, maxRecords] = [upTo(next + 1), 1 + upTo(200)]
      const [found, wanted] = [await readOf(topic, from, maxRecords), await readOf(memory, from, maxRecords)]
      // How far one read goes is up to the driver: it may end with a segment.
      expect(found.frames).toEqual(wanted.frames.slice(0, found.frames.length))
      expect([found.frames.length > 0, found.end]).toEqual([wanted.frames.length > 0, wanted.end])
      const time = upTo(1100)
      expect(await topic.offsetAt(0, time)).toBe(await memory.offsetAt(0, time))
      for (const id of ['p0', 'p1', 'p2']) expect(await topic.producer(0, id)).toEqual(await memory.producer(0, id))
    }
    await log.close()
  },
)

test('readers find each record where it was, whatever is compacted and removed meanwhile', async () => {
  const random = seededRandom(1)
  const log = await open(join(root, 'busy'))
  const topic = await log.createTopic('t', { compaction: true })
  const keys = 20
  const newest = new Map<string, number>()
  let writing = true

  const write = async () => {
    for (let offset = 0; offset < 600; offset++) {
      const key = `k${Math.floor(random.next() * keys)}`
      newest.set(key, offset)
      await topic.append(0, { records: [{ key, value: `${offset}`.padEnd(30), time: 0 }] })
    }
    writing = false
  }
  const maintain = async () => {
    let removed = 0
    while (writing) {
      removed += (await topic.maintain()).removedRecords
      await turn()
    }
    return removed
  }
  const read = async () => {
    let passes = 0
    while (writing) {
      const found = new Map<string, number>()
      let last = -1
      const { next: goal } = await topic.offsets(0)
      for (let from = 0; from < goal;) {
        const { frames, next } = await topic.read(0, { from, maxBytes: 500 })
        for (const { offset, key, value } of frames.flatMap((frame) => frame.records())) {
          expect([Number(value), offset > last]).toEqual([offset, true])
          last = offset
          found.set(String(key), offset)
        }
        from = next
      }
      for (const [key, offset] of found) expect(offset).toBeLessThanOrEqual(newest.get(key)!)
      passes++
      await turn()
    }
    return passes
  }
  const [removed, ...passes] = await Promise.all([maintain(), read(), read(), write()])
  expect([removed! > 200, passes[0]! > 0, passes[1]! > 0]).toEqual([true, true, true])
  await topic.append(0, { records: [{ key: 'end', value: '600', time: 0 }] })
  await topic.maintain()
  const left = new Map<string, number>()
  for (let from = 0, end = 1; from < end;) {
    const part = await topic.read(0, { from })
    for (const { key, offset } of part.frames.flatMap((frame) => frame.records())) left.set(String(key), offset)
    ;[from, end] = [part.next, part.end]
  }
  expect(left).toEqual(newest.set('end', 600))
  await log.close()
})
