import { app, command } from '@heddle/core'
import { entity, postgres, repository } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { later } from '../index.ts'

const Sent = entity('mail.Sent', { key: 'to', fields: { to: z.string(), times: z.int() } })
const Sents = repository(Sent)

const send = command('mail.Send', {
  input: z.object({ to: z.string() }),
  output: z.object({ times: z.int() }),
  access: 'mail:send',
  uses: [Sents],
  async run({ input: { to }, ctx }) {
    const sents = ctx.use(Sents)
    const known = await sents.get(to)
    if (known) return { times: sents.update(known, { times: known.times + 1 }).times }
    sents.insert({ to, times: 1 })
    return { times: 1 }
  },
})
const sendLater = later(send)
const ann = { id: 'ann', permissions: ['mail:send'] }

test('on PostgreSQL one key is one call over all processes, at once or as a job', async () => {
  const url = await freshDatabase()
  const open = () =>
    app('mail', { parts: [sendLater, Sent], database: postgres({ url }) }).open({ mode: 'development' })
  const apps = [await open(), await open(), await open()]
  for (const one of apps) await one.start()
  try {
    for (let round = 0; round < 10; round++) {
      const input = { to: `somebody ${round}` }
      const options = { as: ann, idempotencyKey: `k ${round}` }
      const asked = apps.map((one) => one.callOrThrow(sendLater.command, { input }, options))
      const atOnce = apps.map((one) => one.call(send, input, options))
      const runs = new Set((await Promise.all(asked)).map(({ run }) => run))
      expect(runs.size).toBe(1)
      const [run] = runs
      const ends = apps.map((one) => one.call(sendLater.ways.awaits, { run: run! }, { as: ann }))
      for (const outcome of await Promise.all([...atOnce, ...ends]))
        expect(outcome).toEqual({ ok: true, value: { times: 1 } })
    }
  } finally {
    for (const one of apps) await one.close()
  }
})
