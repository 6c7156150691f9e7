import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyCommand, app, command, memoryLog } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { fn } from '@heddle/pipeline'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { listSource } from '../../source/list.ts'
import { job } from '../job.ts'
import type { JobStatus } from '../job-status.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const orders = Array.from({ length: 60 }, (_, id) => ({ id, kind: id % 2 === 0 ? 'even' : 'odd', at: id * 1000 }))

/** Counts orders by their kind, behind a step that refuses some. @param more another aggregate, so that the state does not fit */
const planText = (call: string, more = '') => `heddle: 1
pipeline: shop.Count
access: public
source: { given: orders, type: { id: int, kind: string, at: int }, time: it.at, decode: whole }
steps:
  - { id: sort, call: ${call}, onError: deadLetter }
  - { id: keyed, keyBy: it.kind }
  - { id: perKind, aggregate: { orders: count()${more} } }
  - { id: row, map: { kind: key, orders: it.orders } }
sink: { table: { name: counts, key: kind } }
checkpoint: 20ms
`

const order = z.object({ id: z.int(), kind: z.string(), at: z.int() })

/** A job that has read all orders, of which six are dead letters. From then on none would be refused. */
async function counted(call: string) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-letter-notes-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  let isBroken = true
  const isOdd = ({ id }: { id: number }) => isBroken && id % 10 === 3
  const sort = command('shop.Sort', {
    input: order,
    output: order,
    errors: { Odd: z.object({}) },
    run: ({ input, fail }) => (isOdd(input) ? fail.Odd({}) : input),
  })
  const look = fn('look', order, order, (given) => {
    if (isOdd(given)) throw new Error('an odd order')
    return given
  })
  const file = join(folder, 'count.yaml')
  writeFileSync(file, planText(call))
  const options = { sources: { orders: listSource(orders) }, commands: [sort as AnyCommand, look] }
  const log = memoryLog()
  const declared = app('shop', {
    parts: [sort as AnyCommand, job(pathToFileURL(file), options)],
    database: usualDatabase(),
  })
  const running = await declared.open({ folder, ports: { log } })
  closing.push(() => running.close())
  await running.start()
  const ask = async <Value>(name: string, input = {}) => {
    const outcome = await running.callByName(name, input)
    expect(outcome).toMatchObject({ ok: true })
    return (outcome as unknown as { value: Value }).value
  }
  const show = () => ask<JobStatus>('heddle.ShowJob', { job: 'shop.Count' })
  const letters = () => running.ports.deadLetters.list({ tenant: 'main' })
  const untilEnded = () => expect.poll(async () => (await show()).state, patient).toBe('ended')
  const resume = () => ask('heddle.ResumeJob', { pipeline: 'shop.Count' })
  await untilEnded()
  expect(await letters()).toHaveLength(6)
  isBroken = false
  return {
    log,
    letters,
    async rows() {
      const { records } = await ask<{ records: { kind: string; orders: number }[] }>('shop.FindCounts', {})
      return Object.fromEntries(records.map((row) => [row.kind, row.orders]))
    },
    async replay() {
      await ask('heddle.ReplayJobLetters', { ids: (await letters()).map(({ id }) => id) })
      await resume()
      await expect.poll(async () => (await letters()).length, patient).toBe(0)
      await untilEnded()
    },
    async reset() {
      await ask('heddle.ResetJob', { pipeline: 'shop.Count' })
      await resume()
    },
    /** Lets the state be built anew. Gives what the reload said of it beforehand. */
    async edit(step = 'sort') {
      const { plan } = await show()
      writeFileSync(file, planText(call, ', last: max(it.id)').replace('id: sort', `id: ${step}`))
      const { pipelines } = await ask<{ pipelines: { runs: { notes: string[] } }[] }>('heddle.ReloadPipelines')
      await resume()
      await expect.poll(async () => (await show()).plan, patient).not.toBe(plan)
      await untilEnded()
      return pipelines[0]!.runs.notes
    },
  }
}

const noted = expect.stringMatching(
  /^Dead letters \(6 so far\): .* drop their letters instead of replaying them\. Those that fail again are not, even where a replay/,
)

test('what a command refused and a replay got through is missing where state is built anew, as a reload and the log say', async () => {
  const { log, rows, replay, edit, letters, reset } = await counted('shop.Sort')
  await replay()
  expect(await rows()).toEqual({ even: 30, odd: 30 })
  expect(await edit()).toContainEqual(noted)
  // The command knows the orders by the names under which it refused them.
  expect(await rows()).toEqual({ even: 30, odd: 24 })
  expect(await letters()).toEqual([])
  const warnings = log.lines.filter(({ severity }) => severity === 'warning').map(({ message }) => message)
  expect(warnings).toEqual([expect.stringMatching(/^The new state of shop\.Count lacks .* \(6\), .* reset the job/)])
  await reset()
  await expect.poll(rows, patient).toEqual({ even: 30, odd: 30 })
})

test('a step that gets another id with the edit asks about all records anew', async () => {
  const { log, rows, replay, edit } = await counted('shop.Sort')
  await replay()
  await edit('sorted')
  expect(await rows()).toEqual({ even: 30, odd: 30 })
  expect(log.lines.filter(({ severity }) => severity === 'warning')).toEqual([])
})

test('what passes by now is in a state that is built anew, and a replay of its letter would double it, as a reload says', async () => {
  const { log, rows, replay, edit, letters } = await counted('look')
  expect(await rows()).toEqual({ even: 30, odd: 24 })
  expect(await edit()).toContainEqual(noted)
  expect(await rows()).toEqual({ even: 30, odd: 30 })
  expect(log.lines.filter(({ severity }) => severity === 'warning')).toEqual([])
  expect(await letters()).toHaveLength(6)
  await replay()
  expect(await rows()).toEqual({ even: 30, odd: 36 })
})
