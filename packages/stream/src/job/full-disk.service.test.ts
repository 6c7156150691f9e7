// A small file system of our own can only be mounted by root; elsewhere these tests are skipped and say so.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, memoryLog } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { operator } from '../operator/operator.ts'
import { listSource } from '../source/list.ts'
import { type CellsOf, value } from '../state/cells.ts'
import { openState } from '../state/open-state.ts'
import type { TaskState } from '../state/state.ts'
import { job } from './job.ts'
import type { JobStatus } from './job-status.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-full-disk-'))
const disk = join(folder, 'jobs')
mkdirSync(disk)
const mount = () => spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', disk]).status === 0
const unmount = () => spawnSync('umount', [disk]).status === 0
const canMount = mount() && unmount()
const name = (sentence: string) => (canMount ? sentence : `${sentence} (skipped: mounting a tmpfs is not allowed here)`)

beforeEach(() => void (canMount && mount()))
afterEach(() => void (canMount && unmount()))

const filler = join(disk, 'filler')

/** Leaves this much space, in bytes. */
function fill(leave: number): void {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
}

const shapes = { text: value(z.string()) }
const large = (of: number) => `${of} `.repeat(100)

/** Fills state from a key on. */
function work(state: TaskState, from: number, count: number): void {
  const step = state.step('texts', shapes)
  const { text } = step.cells as unknown as CellsOf<typeof shapes>
  for (let key = from; key < from + count; key++) {
    step.select(key)
    text.set(large(key))
  }
}

test.skipIf(!canMount)(
  name('where the disk is full no epoch is begun twice, and what was durable is there when there is space'),
  () => {
    const file = join(disk, 'task.state')
    const state = openState({ file, memoryBytes: 1 << 20 })
    fill(3_000_000)
    const hashes = new Map([[0, '']])
    let epoch = 0
    let refused: unknown
    while (refused === undefined) {
      try {
        work(state, epoch * 500, 500)
        hashes.set(epoch + 1, state.checkpoint(epoch + 1).hash)
        epoch++
      } catch (thrown) {
        refused = thrown
      }
    }
    expect(refused).toMatchObject({ code: 'DiskFull', retry: { afterMs: 5000 }, data: { path: file } })
    expect(epoch).toBeGreaterThan(0)
    // What follows would stand without the part that was refused.
    expect(() => state.checkpoint(epoch + 1)).toThrow('restore an epoch first')
    rmSync(filler)
    state.restore(epoch, hashes.get(epoch)!)
    work(state, epoch * 500, 500)
    const { hash } = state.checkpoint(epoch + 1)
    state.close()

    const again = openState({ file })
    again.restore(epoch + 1, hash)
    const step = again.step('texts', shapes)
    const { text } = step.cells as unknown as CellsOf<typeof shapes>
    expect(step.size().keys).toBe((epoch + 1) * 500)
    for (let key = 0; key < (epoch + 1) * 500; key++) {
      step.select(key)
      if (text.get() !== large(key)) expect([key, text.get()]).toEqual([key, large(key)])
    }
    again.close()
  },
)

const records = Array.from({ length: 20_000 }, (_, id) => ({ id, at: id }))
const plan = `heddle: 1
pipeline: texts.Keep
access: public
source: { given: records, type: { id: int, at: int }, time: it.at, decode: whole }
checkpoint: 10ms
steps:
  - { id: byId, keyBy: it.id }
  - { id: keep, operator: { name: keep } }
sink: { table: { name: notes } }
`

test.skipIf(!canMount)(
  name('a job whose state finds the disk full says so, and goes on by itself when there is space'),
  { timeout: 60_000 },
  async () => {
    const parsed = parsePlan(plan, 'keep.yaml')
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
    const keep = operator({
      kind: 'keep',
      state: shapes,
      accepts: 'append',
      emits: 'append',
      onRecord({ value: record, time }, { text }, out) {
        const { id } = record as { readonly id: number }
        if (text.has()) throw new Error(`the record ${id} came twice`)
        text.set(large(id))
        out.emit({ id }, time)
      },
    })
    const log = memoryLog()
    const made = job(parsed.plan, {
      sources: { records: listSource(records) },
      operators: { keep: { output: z.object({ id: z.int() }), create: () => keep } },
    })
    fill(3_000_000)
    const running = await app('texts', { parts: [made], database: usualDatabase() }).open({
      folder,
      mode: 'development',
      ports: { log },
    })
    const status = async () => {
      const outcome = await running.callByName('heddle.ShowJob', { job: 'texts.Keep' })
      if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors))
      return outcome.value as unknown as JobStatus
    }
    try {
      await running.start()
      await expect.poll(async () => (await status()).because, { timeout: 45_000 }).toContain('is full')
      expect(log.lines.some(({ fields }) => fields?.['code'] === 'DiskFull')).toBe(true)
      rmSync(filler)
      await expect.poll(async () => (await status()).state, { timeout: 30_000 }).toBe('ended')
      const ids = new Set<number>()
      for (let after: unknown; ids.size < records.length;) {
        const outcome = await running.callByName('texts.FindNotes', { limit: 100, ...(after ? { after } : {}) })
        if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors))
        const { records: found, next } = outcome.value as { records: { id: number }[]; next?: unknown }
        for (const { id } of found) ids.add(id)
        if (next === undefined || next === null) break
        after = next
      }
      expect(ids.size).toBe(records.length)
      expect((await status()).sinks).toMatchObject([{ records: records.length }])
    } finally {
      await running.close()
    }
  },
)
