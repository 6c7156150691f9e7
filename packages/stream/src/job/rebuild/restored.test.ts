import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test } from 'vitest'
import { valueOf } from '../../../fixtures/delays-job.ts'
import type { Source } from '../../source/source.ts'
import { job } from '../job.ts'
import type { JobStatus } from '../job-status.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** Orders, of which as many come as it is said; who has not read so far yet waits at a barrier. */
function orders() {
  const waiting = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of waiting) wake()
    waiting.clear()
  }
  let [count, barrier] = [0, Infinity]
  /** From where it was read, each time. */
  const opened: number[] = []
  const source: Source = {
    kind: 'orders',
    bounded: false,
    guarantees: { replays: true, ordered: true, rereads: true },
    describe: () => ({}),
    open: () => ({
      partitions: () => ['0'],
      openPartition(_partition, position) {
        let next = typeof position === 'number' ? position : 0
        let isClosed = false
        opened.push(next)
        return {
          async read(max) {
            while ((next >= count || next === barrier) && !isClosed) {
              await new Promise<void>((resolve) => waiting.add(resolve))
            }
            if (isClosed) return undefined
            const from = next
            next = Math.min(count, from + max, from < barrier ? barrier : Infinity)
            const values = Array.from({ length: next - from }, (_, at) => ({ id: from + at, at: (from + at) * 100 }))
            return { values, position: next }
          },
          close() {
            isClosed = true
            wakeAll()
          },
        }
      },
      close() {},
    }),
  }
  return {
    source,
    opened,
    come(all: number) {
      count = all
      wakeAll()
    },
    hold(at: number) {
      barrier = at
      wakeAll()
    },
  }
}

const planText = (seconds: number) => `heddle: 1
pipeline: shop.Count
access: public
source: { given: orders, type: { id: int, at: int }, time: it.at, decode: whole }
steps:
  - { id: perWindow, window: { tumbling: ${seconds}s }, aggregate: { sales: count() } }
sinks:
  counts: { from: perWindow, table: { name: counts } }
  all: { from: source, file: all.ndjson }
checkpoint: 20ms
`

/** What a job has in its table that had the plan from the start. */
const rowsOf = (count: number, seconds: number): string[] => {
  const size = seconds * 10
  return Array.from({ length: Math.floor((count - 1) / size) }, (_, at) => `${at * seconds}: ${size}`).toSorted()
}

test.each([
  ['begins anew where it had read more than the checkpoint has', 400, true, 0],
  ['begins anew in a process that has the new plan alone', 400, false, 0],
  ['goes on where it had read less', 800, true, 700],
  ['goes on where it had read less, in a process that has the new plan alone', 800, false, 700],
] as const)(
  'state that is built anew while its job is put back %s',
  async (_, restoredAt, isSame, begins) => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-restored-'))
    closing.push(() => rmSync(folder, { recursive: true, force: true }))
    const file = join(folder, 'count.yaml')
    const { source, opened, come, hold } = orders()
    const open = async () => {
      const count = job(pathToFileURL(file), { sources: { orders: source } })
      const running = await app('shop', { parts: [count], database: usualDatabase() }).open({ folder, root: folder })
      closing.push(() => running.close())
      await running.start()
      return running
    }
    writeFileSync(file, planText(10))
    let running = await open()
    const status = () => valueOf<JobStatus>(running, 'heddle.ShowJob', { job: 'shop.Count' })
    const ids = () => {
      const lines = readFileSync(join(folder, 'all.ndjson'), 'utf8').trimEnd().split('\n')
      return lines.map((line) => (JSON.parse(line) as { id: number }).id)
    }
    const upTo = (count: number) => Array.from({ length: count }, (__, id) => id)
    const epochs = new Map<number, number>()
    for (const count of [400, 800, 1000]) {
      come(count)
      await expect.poll(() => ids().length, patient).toBe(count)
      epochs.set(count, (await status()).epoch!)
    }

    hold(700)
    writeFileSync(file, planText(20))
    expect(await running.callByName('heddle.ReloadPipelines', {})).toMatchObject({ ok: true })
    await expect.poll(async () => (await status()).rebuilding?.records, patient).toBe(700)
    // The plan before is there again, too.
    await expect.poll(() => opened, patient).toContain(1000)
    await valueOf(running, 'heddle.PauseJob', { pipeline: 'shop.Count' })
    const restore = { pipeline: 'shop.Count', epoch: epochs.get(restoredAt)! }
    await expect
      .poll(() => running.callByName('heddle.RestoreJob', restore), patient)
      .toMatchObject({ ok: true, value: { epoch: restore.epoch, pending: true } })
    if (!isSame) {
      await running.close()
      running = await open()
    }
    opened.length = 0
    hold(Infinity)
    come(1300)
    await valueOf(running, 'heddle.ResumeJob', { pipeline: 'shop.Count' })

    const rows = async () => {
      const { records } = await valueOf<{ records: { start: Date; sales: number }[] }>(running, 'shop.FindCounts', {})
      return records.map(({ start, sales }) => `${start.getTime() / 1000}: ${sales}`).toSorted()
    }
    await expect.poll(rows, patient).toEqual(rowsOf(1300, 20))
    expect((await status()).rebuilding).toBe(undefined)
    await expect.poll(() => ids().length, patient).toBe(1300)
    expect(ids()).toEqual(upTo(1300))
    // The new plan, and where it is there the one before, which goes on from where it was put back.
    const starts = opened.slice(0, isSame ? 2 : 1).toSorted((one, other) => one - other)
    expect(starts).toEqual(isSame ? [begins, restoredAt].toSorted((one, other) => one - other) : [begins])
    come(1500)
    await expect.poll(rows, patient).toEqual(rowsOf(1500, 20))
    await expect.poll(() => ids().length, patient).toBe(1500)
    expect(ids()).toEqual(upTo(1500))
  },
  60_000,
)
