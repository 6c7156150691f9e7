import { app, command, entity, type OpenApp, repository, sqlite } from 'heddle'
import { type Client, findSeed, simulate, type SimulatedCall, testApp } from 'heddle/testing'
import { runs, runsOf, schedule, workflow } from 'heddle/workflow'
import { expect, test } from 'vitest'
import { z } from 'zod'

const Note = entity('diary.Note', { key: 'id', fields: { id: z.uuid(), text: z.string() } })
const Notes = repository(Note)
const text = z.object({ text: z.string() })
const write = command('diary.Write', {
  input: text,
  output: text,
  uses: [Notes],
  run: ({ input, ctx }) => ctx.use(Notes).insert(input),
})
const list = command('diary.List', {
  kind: 'query',
  input: z.object({}),
  output: z.array(z.string()),
  uses: [Notes],
  run: async ({ ctx }) => (await ctx.use(Notes).find({ limit: 1000 })).records.map((note) => note.text).toSorted(),
})

const week = workflow('diary.Week', {
  input: z.object({ name: z.string() }),
  output: z.object({}),
  steps: [write],
  async run({ input: { name }, step, loop, sleep }) {
    await loop('day', async ({ step: note, sleep: rest }, day) => {
      await note('note', write, { text: `${name} ${day}` })
      await rest('night', '1d')
      return day === 6 ? { done: true } : undefined
    })
    await sleep('a moment', '1ms')
    await step('end', write, { text: `${name} end` })
    return {}
  },
})
const weekly = schedule('diary.Weekly', {
  cron: '0 6 * * 1',
  overlap: 'allow',
  run: week,
  input: () => ({ name: 'monday' }),
})
const diary = app('diary', { parts: [week, weekly, write, list, runs()], database: sqlite() })

const day = 24 * 3_600_000

test('weeks of timers and schedules pass as fast as the code runs', async () => {
  await using open = await testApp(diary) // It is Wednesday, the first of January 2020.
  const run = await runsOf(open).start(week, { name: 'new year' })
  await open.time.advance(7 * day + 1000)
  expect(await run.outcome()).toEqual({ ok: true, value: {} })
  expect((await open.callOrThrow(list, {})).filter((note) => note.startsWith('new year'))).toHaveLength(8)
  await open.time.advance(14 * day)
  // The Mondays are the 6th, the 13th and the 20th: the week of the last one is under way.
  const mondays = (await open.callOrThrow(list, {})).filter((note) => note.startsWith('monday'))
  expect(mondays.filter((note) => note === 'monday 0')).toHaveLength(3)
  expect(mondays.filter((note) => note === 'monday end')).toHaveLength(2)
})

/** What the body of a workflow has done by itself, where only a step may do something. */
const told: string[] = []

const careful = workflow('diary.Careful', {
  input: text,
  output: z.object({}),
  steps: [write],
  async run({ input, step, sleep }) {
    await step('first', write, { text: `${input.text} first` })
    await sleep('a while', '5s')
    await step('then', write, { text: `${input.text} then` })
    return {}
  },
})
const careless = workflow('diary.Careless', {
  input: text,
  output: z.object({}),
  steps: [write],
  async run({ input, step, sleep }) {
    await step('first', write, { text: input.text })
    told.push(input.text)
    await sleep('a while', '5s')
    return {}
  },
})
const simulated = app('diary', { parts: [careful, careless, list], database: sqlite() })

/** Starts a run and waits for its end, over crashes of the app. */
const toItsEnd = (started: typeof careful | typeof careless, input: { text: string }) => async (client: Client) => {
  const begun = await client.call(started.command, input)
  if (begun.ok) await client.call(started.ways.awaits, { run: begun.value.run })
}
const setup = () => void told.splice(0)

test(
  'a run that keeps to its steps does everything once, whatever crashes or is repeated',
  { timeout: 60_000 },
  async () => {
    const { crashes } = await simulate(simulated, {
      seeds: 10,
      steps: 8,
      setup,
      workload: (_random, step) => toItsEnd(careful, { text: `n${step}` }),
      async invariant(open: OpenApp, history: readonly SimulatedCall[]) {
        const notes = await open.callOrThrow(list, {})
        expect(notes).toEqual([...new Set(notes)])
        const ended = history.filter((call) => call.command === 'diary.AwaitCareful')
        expect(ended.filter(({ outcome }) => !outcome.ok)).toEqual([])
        expect(notes.filter((note) => note.endsWith('then')).length).toBeGreaterThanOrEqual(ended.length)
      },
    })
    expect(crashes).toBeGreaterThan(0)
  },
)

test('an effect outside of a step is found from a seed, and again with that seed', { timeout: 60_000 }, async () => {
  const options = {
    steps: 8,
    setup,
    workload: (_random: unknown, step: number) => toItsEnd(careless, { text: `n${step}` }),
    invariant: () => expect(told).toEqual([...new Set(told)]),
  }
  const found = await findSeed(simulated, { ...options, seeds: 50 })
  expect(found?.code).toBe('SimulationFailed')
  const again = await findSeed(simulated, { ...options, seed: found!.seed })
  expect(again?.message).toBe(found!.message)
})
