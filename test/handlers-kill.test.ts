import { app, command, entity, event, handler, repository, sqlite } from 'heddle'
import { failEachPortCall } from 'heddle/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'

const lanes = ['a', 'b']
const Counted = event('count.Counted', { data: z.object({ lane: z.string(), n: z.int() }), key: ({ lane }) => lane })

/** What a handler saw of a lane, in the order of its effects. */
const Log = entity('count.Log', { key: 'id', fields: { id: z.string(), seen: z.array(z.int()) } })
const Logs = repository(Log)

const count = command('count.Count', {
  input: z.object({ lane: z.string(), n: z.int() }),
  output: z.null(),
  emits: [Counted],
  run({ input, emit }) {
    emit(Counted, input)
    return null
  },
})

/** Writes down what it saw: its effect. A second effect of one event would stand there twice. */
const writeDown = (name: `count.${string}`, concurrency: number) =>
  handler(name, {
    on: [Counted],
    concurrency,
    uses: [Logs],
    async run({ input: { data }, ctx }) {
      const logs = ctx.use(Logs)
      const id = `${name}/${data.lane}`
      const log = await logs.get(id)
      if (log) logs.update(log, { seen: [...log.seen, data.n] })
      else logs.insert({ id, seen: [data.n] })
    },
  })
const names = ['count.One', 'count.Two', 'count.Three'] as const

const listLogs = command('count.ListLogs', {
  kind: 'query',
  input: z.object({}),
  output: z.record(z.string(), z.array(z.int())),
  uses: [Logs],
  run: async ({ ctx }) =>
    Object.fromEntries((await ctx.use(Logs).find()).records.map(({ id, seen }) => [id, [...seen]])),
})

const counting = app('count', {
  parts: [count, listLogs, ...names.map((name, index) => writeDown(name, index + 1))],
  database: sqlite(),
})

const expected = Object.fromEntries(names.flatMap((name) => lanes.map((lane) => [`${name}/${lane}`, [1, 2]])))

test(
  'three handlers see each event, in order per key and with its effect once, whichever port call fails or is the last before a crash',
  { timeout: 120_000 },
  async () => {
    const ports = await failEachPortCall(counting, {
      async scenario(client) {
        for (const n of [1, 2]) for (const lane of lanes) await client.call(count, { lane, n })
        await client.sleep(600_000)
      },
      check: async (open) => expect(await open.callOrThrow(listLogs, {})).toEqual(expected),
    })
    expect(new Set(ports)).toContain('database.readEvents')
    expect(ports.filter((port) => port === 'database.commit').length).toBeGreaterThan(12)
  },
)
