import { app, command } from '@heddle/core'
import { postgres } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { queue, runs, runsOf, schedule } from '../index.ts'

const seen = { running: 0, most: 0, begun: [] as number[], ticks: [] as string[] }

const send = command('mail.Send', {
  input: z.object({ to: z.string() }),
  output: z.object({}),
  async run() {
    seen.begun.push(performance.now())
    seen.most = Math.max(seen.most, ++seen.running)
    await new Promise((resolve) => setImmediate(resolve))
    seen.running--
    return {}
  },
})
const tick = command('mail.Tick', {
  input: z.object({ at: z.string() }),
  output: z.object({}),
  run({ input: { at } }) {
    seen.ticks.push(at)
    return {}
  },
})

const mail = queue('mail', { concurrency: 3 })
const slow = queue('slow', { rate: { limit: 4, per: '2s' } })
const seconds = schedule('mail.Seconds', {
  run: tick,
  every: '1s',
  overlap: 'allow',
  catchUp: 10,
  input: (planned) => ({ at: planned.toISOString() }),
})

/** Three processes' worth of one app on one database. */
async function three(url: string) {
  const parts = [send, tick, mail, slow, seconds, runs()]
  const open = () => app('mail', { parts, database: postgres({ url }) }).open({ mode: 'development' })
  const first = await open()
  const apps = [first, await open(), await open()]
  for (const one of apps) await one.start()
  return apps
}

const to = (count: number) => Array.from({ length: count }, (_, index) => ({ to: `${index}` }))

test('on PostgreSQL the concurrency of a queue, its rate and the times of a schedule hold over all processes', async () => {
  const url = await freshDatabase()
  const apps = await three(url)
  try {
    const [first] = apps
    const handles = await runsOf(first!).laterAll(send, to(90), { queue: mail })
    for (const { run } of handles) expect(await runsOf(first!).outcome(run)).toMatchObject({ ok: true })
    expect(seen.begun).toHaveLength(90)
    expect(seen.most).toBeLessThanOrEqual(3)

    seen.begun.length = 0
    const rated = await runsOf(first!).laterAll(send, to(12), { queue: slow })
    for (const { run } of rated) expect(await runsOf(first!).outcome(run)).toMatchObject({ ok: true })
    expect(seen.begun).toHaveLength(12)
    // A run may begin a little after it was let in, so that two spans can look closer than they were.
    for (const from of seen.begun) {
      expect(seen.begun.filter((at) => at >= from && at < from + 1500).length).toBeLessThanOrEqual(4)
    }

    expect(seen.ticks.length).toBeGreaterThan(2)
    expect(new Set(seen.ticks).size).toBe(seen.ticks.length)
  } finally {
    await Promise.all(apps.map((one) => one.close()))
  }
})
