import { app, command, entity, planWorkflow, repository, sqlite } from 'heddle'
import { failEachPortCall } from 'heddle/testing'
import { workflow } from '@heddle/workflow'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** What was done, in the order in which it was. Something that is done twice stands here twice. */
const Log = entity('trip.Log', { key: 'id', fields: { id: z.string(), done: z.array(z.string()) } })
const Logs = repository(Log)

const note = command('trip.Note', {
  input: z.object({ trip: z.string(), what: z.string() }),
  output: z.object({ what: z.string() }),
  uses: [Logs],
  async run({ input: { trip, what }, ctx }) {
    const logs = ctx.use(Logs)
    const log = await logs.get(trip)
    if (log) logs.update(log, { done: [...log.done, what] })
    else logs.insert({ id: trip, done: [what] })
    return { what }
  },
})

const book = workflow('trip.Book', {
  input: z.object({ trip: z.string() }),
  output: z.object({}),
  errors: { NoHotel: z.object({}) },
  steps: [note],
  async run({ input: { trip }, step, compensate, sleep, fail }) {
    for (const what of ['flight', 'car']) {
      await step(what, note, { trip, what })
      compensate(what, note, { trip, what: `no ${what}` })
      await sleep(`after ${what}`, '3s')
    }
    return fail.NoHotel({})
  },
})

const listLog = command('trip.ListLog', {
  kind: 'query',
  input: z.object({ trip: z.string() }),
  output: z.array(z.string()),
  uses: [Logs],
  run: async ({ input: { trip }, ctx }) => [...((await ctx.use(Logs).get(trip))?.done ?? [])],
})

const travel = app('trip', { parts: [book, listLog], database: sqlite() })

test(
  'a run does and undoes everything once and in reverse order, whichever port call fails or is the last before a crash',
  { timeout: 120_000 },
  async () => {
    const ports = await failEachPortCall(travel, {
      async scenario(client) {
        await client.call(book.command, { trip: 'rome' }, { idempotencyKey: 'rome' })
        await client.sleep(60_000)
      },
      async check(open) {
        const expected = ['flight', 'car', 'no car', 'no flight']
        expect(await open.callOrThrow(listLog, { trip: 'rome' })).toEqual(expected)
      },
    })
    expect(ports.filter((port) => port === 'database.commit').length).toBeGreaterThan(8)
  },
)

const inspect = command('trip.Inspect', {
  input: z.object({ trip: z.string(), bag: z.int() }),
  output: z.object({ bag: z.int() }),
  errors: { TooHeavy: z.object({ bag: z.int() }) },
  uses: [Logs],
  run: ({ input: { bag }, fail }) => (bag % 2 === 0 ? fail.TooHeavy({ bag }) : { bag }),
})

const inspectBags = planWorkflow<{ trip: string; bags: number[] }>(
  {
    heddle: 1,
    pipeline: 'trip.InspectBags',
    input: { trip: 'string', bags: { type: 'list', of: 'int' } },
    steps: [
      {
        id: 'bags',
        forEach: {
          list: 'it.bags',
          concurrency: 2,
          steps: [
            {
              id: 'inspect',
              call: { command: 'trip.Inspect', with: { trip: 'input.trip', bag: 'it' } },
              onError: { deadLetter: { origin: 'input.trip + ":" + string(index)' } },
            },
          ],
        },
      },
      { id: 'told', call: { command: 'trip.Note', with: { trip: 'input.trip', what: 'string(size(it))' } } },
    ],
  },
  { commands: [inspect, note] },
)

test('a step that fails for good leaves one dead letter, whichever port call fails', { timeout: 120_000 }, async () => {
  await failEachPortCall(app('trip', { parts: [inspectBags, listLog, inspect], database: sqlite() }), {
    async scenario(client) {
      await client.call(inspectBags.command, { trip: 'rome', bags: [1, 2, 3, 4] }, { idempotencyKey: 'rome' })
      await client.sleep(60_000)
    },
    async check(open) {
      expect(await open.callOrThrow(listLog, { trip: 'rome' })).toEqual(['2'])
      const letters = await open.ports.deadLetters.list({ tenant: 'main' })
      expect(letters.map(({ command: name, origin }) => `${name} ${origin}`).sort()).toEqual([
        'trip.Inspect rome:1',
        'trip.Inspect rome:3',
      ])
    },
  })
})
