import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterAll, expect, test } from 'vitest'
import type { Log } from '../log.ts'
import { openEmbeddedLog } from './embedded-log.ts'
import { baseOf } from './segment.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-log-recover-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** So many bytes lie between two that are looked at more closely; `HEDDLE_KILLS=1000` looks at each. */
const stride = process.env.HEDDLE_KILLS ? 1 : 8
const { clock, timers } = createVirtualTime()
const open = (folder: string, lines = memoryLog(), segmentBytes = 64 * 1024 * 1024): Promise<Log> =>
  openEmbeddedLog({ folder, segmentBytes, maintainEveryMs: 0, ports: { clock, timers, log: lines } })
const lane = (folder: string) => join(folder, 't', '0')
const segmentsOf = (folder: string) =>
  readdirSync(lane(folder))
    .filter((name) => baseOf(name) !== undefined)
    .toSorted()
    .map((name) => join(lane(folder), name))

const send = async (log: Log, from: number, to: number): Promise<void> => {
  const topic = await log.createTopic('t')
  for (let value = from; value < to; value++) {
    const producer = { id: 'p', epoch: 0, sequence: value }
    await topic.append(0, { records: [{ value: `value ${value}`, time: value }], producer })
  }
}
const valuesOf = async (log: Log): Promise<string[]> => {
  const topic = await log.openTopic('t')
  const values: string[] = []
  for (let read = await topic.read(0, { from: 'earliest' }); read.frames.length > 0;) {
    values.push(...read.frames.flatMap((frame) => frame.records().map(({ value }) => String(value))))
    read = await topic.read(0, { from: read.next })
  }
  return values
}
const named = (count: number) => Array.from({ length: count }, (_, index) => `value ${index}`)

/** The files of a log whose process died: nothing tells how far it was acknowledged. */
async function died(name: string, count: number, segmentBytes?: number): Promise<string> {
  const folder = join(root, name)
  const log = await open(join(root, `${name}-alive`), memoryLog(), segmentBytes)
  await send(log, 0, count)
  cpSync(join(root, `${name}-alive`), folder, { recursive: true })
  await log.close()
  return folder
}
const copyOf = (folder: string, name: string): string => {
  cpSync(folder, join(root, name), { recursive: true })
  return join(root, name)
}
const flip = (path: string, byte: number): void => {
  const bytes = readFileSync(path)
  bytes[byte]! ^= 0x40
  writeFileSync(path, bytes)
}

test('a frame that is cut off or damaged at the very end is as if it had never been sent', async () => {
  const folder = await died('torn', 4)
  const [path] = segmentsOf(folder) as [string]
  const size = statSync(path).size
  const last = readFileSync(path).lastIndexOf('HFRM')
  expect(size - last).toBeGreaterThan(100)
  const lines = memoryLog()
  for (let at = last; at < size; at++) {
    for (const harm of at % stride === 0 ? [truncateSync, flip] : [truncateSync]) {
      const copy = copyOf(folder, `torn-${at}-${harm.name}`)
      harm(segmentsOf(copy)[0]!, at)
      const log = await open(copy, lines)
      expect(await valuesOf(log), `${harm.name} at ${at}`).toEqual(named(3))
      // It takes the place of what was cut off, once.
      await send(log, 3, 5)
      await log.close()
      if (at % stride === 0) {
        const again = await open(copy)
        expect(await valuesOf(again)).toEqual(named(5))
        await again.close()
      }
      rmSync(copy, { recursive: true })
    }
  }
  expect(lines.lines[0]).toMatchObject({ severity: 'warning', fields: { byte: last } })
}, 60_000)

test('a write of several frames that reached the disk in part is cut where its first hole is', async () => {
  const folder = join(root, 'group')
  const log = await open(`${folder}-alive`)
  await send(log, 0, 1)
  const topic = await log.openTopic('t')
  // One write: of its three frames the first one is lost.
  await Promise.all([1, 2, 3].map((value) => topic.append(0, { records: [{ value: `value ${value}`, time: 0 }] })))
  cpSync(`${folder}-alive`, folder, { recursive: true })
  await log.close()
  const [path] = segmentsOf(folder) as [string]
  flip(path, readFileSync(path).indexOf('HFRM', 1) + 20)
  const opened = await open(folder)
  expect(await valuesOf(opened)).toEqual(named(1))
  await opened.close()
})

test('what was acknowledged and is not as it was written is told with file and byte', async () => {
  const folder = await died('damaged', 4)
  const bytes = readFileSync(segmentsOf(folder)[0]!)
  const second = bytes.indexOf('HFRM', 1)
  for (const [place, reason] of [
    [0, 'no frame begins there'],
    [5, ''],
    [12, 'the frame has the format 65, and this Heddle knows 1'],
    [30, 'the checksum of the frame does not fit'],
    [100, 'the checksum of the frame does not fit'],
  ] as const) {
    const copy = copyOf(folder, `damaged-${place}`)
    const [path] = segmentsOf(copy) as [string]
    flip(path, second + place)
    const log = await open(copy)
    await expect(log.openTopic('t')).rejects.toMatchObject({
      code: 'LogDamaged',
      data: { path, byte: second, reason: expect.stringContaining(reason) },
    })
    // The others are not touched.
    await (await log.createTopic('other')).append(0, { records: [{ value: 'x', time: 0 }] })
    await log.close()
  }
})

test('after an orderly end the last frame too is known to have been acknowledged', async () => {
  const log = await open(join(root, 'closed'))
  await send(log, 0, 4)
  await log.close()
  const folder = join(root, 'closed')
  const [path] = segmentsOf(folder) as [string]
  const size = statSync(path).size
  truncateSync(path, size - 1)
  const opened = await open(folder)
  await expect(opened.openTopic('t')).rejects.toMatchObject({
    code: 'LogDamaged',
    data: { path, byte: size - 1, reason: expect.stringContaining(`was acknowledged up to byte ${size}`) },
  })
  await opened.close()
})

test('a damaged frame of a sealed segment is told once those before it were read', async () => {
  const folder = await died('sealed', 40, 1000)
  const [path, next] = segmentsOf(folder) as [string, string]
  expect(segmentsOf(folder).length).toBeGreaterThan(3)
  flip(path, 130)
  const log = await open(folder)
  const topic = await log.openTopic('t')
  const { frames, next: offset } = await topic.read(0, { from: 0 })
  expect([frames.length, offset]).toEqual([1, 1])
  const byte = readFileSync(path).indexOf('HFRM', 1)
  await expect(topic.read(0, { from: 1 })).rejects.toMatchObject({ code: 'LogDamaged', data: { path, byte } })
  const from = baseOf(next.split('/').at(-1)!)!
  expect((await topic.read(0, { from })).frames[0]!.records()[0]!.offset).toBe(from)
  await log.close()
})

test('what is kept beside the segments can be lost, but for the newest segment', async () => {
  const folder = await died('beside', 40, 1000)
  for (const lost of ['.index', 'checkpoint']) {
    const copy = copyOf(folder, `beside-${lost}`)
    for (const name of readdirSync(lane(copy))) {
      if (name.endsWith(lost)) writeFileSync(join(lane(copy), name), 'not as it was written')
    }
    const log = await open(copy)
    expect(await valuesOf(log)).toEqual(named(40))
    await send(log, 39, 41)
    expect(await valuesOf(log)).toEqual(named(41))
    await log.close()
  }
  const path = segmentsOf(folder).at(-1)!
  rmSync(path)
  const log = await open(folder)
  await expect(log.openTopic('t')).rejects.toMatchObject({ code: 'LogDamaged', data: { path, byte: 0 } })
  await log.close()
})

test('a segment that was begun in vain is not taken for the newest one', async () => {
  const folder = await died('begun', 6)
  // The one before it was written to again.
  writeFileSync(join(lane(folder), '00000000000000000003.log'), '')
  const log = await open(folder)
  expect(await valuesOf(log)).toEqual(named(6))
  await send(log, 5, 8)
  expect(await valuesOf(log)).toEqual(named(8))
  expect(segmentsOf(folder)).toHaveLength(1)
  await log.close()
})

test('the settings of a topic that cannot be read are told with their file', async () => {
  const folder = await died('settings', 1)
  writeFileSync(join(folder, 't', 'topic.json'), '{}')
  const log = await open(folder)
  const path = join(folder, 't', 'topic.json')
  await expect(log.openTopic('t')).rejects.toMatchObject({ code: 'LogDamaged', data: { path } })
  await log.close()
})
