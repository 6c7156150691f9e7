import { command } from '@heddle/core'
import { z } from 'zod'
import { Schedules } from './schedules-port.ts'

const name = z.string().describe('Full name of the schedule')

/** Lists schedules. */
export const listSchedules = command('heddle.ListSchedules', {
  kind: 'query',
  summary: 'List schedules: what each starts, when next, and what became of the last time',
  input: z.object({ after: z.string().optional(), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({
    schedules: z.array(
      z.object({
        name: z.string(),
        run: z.string(),
        paused: z.boolean(),
        declared: z.boolean(),
        next: z.date().optional(),
        last: z.date(),
        lastRun: z.string().optional(),
        skipped: z.object({ planned: z.date(), because: z.string() }).optional(),
      }),
    ),
  }),
  access: 'heddle:operate',
  uses: [Schedules],
  run: async ({ input, ctx }) => ({ schedules: await ctx.use(Schedules).list(input) }),
})

/** Tells the next planned times of a schedule. */
export const nextOfSchedule = command('heddle.NextOfSchedule', {
  kind: 'query',
  summary: 'Tell the next planned times of a schedule',
  input: z.object({ name, count: z.int().min(1).max(1000).default(10) }),
  output: z.object({ name: z.string(), times: z.array(z.date()) }),
  access: 'heddle:operate',
  uses: [Schedules],
  run: async ({ input: { name: schedule, count }, ctx }) => ({
    name: schedule,
    times: await ctx.use(Schedules).next(schedule, count),
  }),
})

/** Lets a schedule start nothing until it is resumed. */
export const pauseSchedule = command('heddle.PauseSchedule', {
  summary: 'Let a schedule start nothing until it is resumed',
  input: z.object({ name }),
  output: z.object({ name: z.string(), paused: z.boolean() }),
  access: 'heddle:operate',
  uses: [Schedules],
  async run({ input, ctx }) {
    await ctx.use(Schedules).pause(input.name)
    return { name: input.name, paused: true }
  },
})

/** Lets a paused schedule go on with its next planned time. */
export const resumeSchedule = command('heddle.ResumeSchedule', {
  summary: 'Let a paused schedule go on with its next planned time',
  input: z.object({ name }),
  output: z.object({ name: z.string(), paused: z.boolean() }),
  access: 'heddle:operate',
  uses: [Schedules],
  async run({ input, ctx }) {
    await ctx.use(Schedules).resume(input.name)
    return { name: input.name, paused: false }
  },
})

/** Starts a run for each planned time of the past that has none. */
export const backfillSchedule = command('heddle.BackfillSchedule', {
  summary: 'Start a run for each planned time of the past that has none, 100 in one call',
  input: z.object({ name, from: z.date(), to: z.date() }),
  output: z.object({
    started: z.array(z.object({ planned: z.date(), run: z.string() })),
    isWhole: z.boolean().describe('Whether no planned time is left'),
  }),
  access: 'heddle:operate',
  uses: [Schedules],
  run: ({ input, ctx }) => ctx.use(Schedules).backfill(input.name, input.from, input.to),
})

/** Forgets a schedule that a command asked for. */
export const removeSchedule = command('heddle.RemoveSchedule', {
  summary: 'Forget a schedule that is not declared by the app',
  input: z.object({ name }),
  output: z.object({ removed: z.boolean() }),
  access: 'heddle:operate',
  uses: [Schedules],
  run: async ({ input, ctx }) => ({ removed: await ctx.use(Schedules).remove(input.name) }),
})

/** What the part that keeps runs going brings for schedules. */
export const scheduleCommands = [
  listSchedules,
  nextOfSchedule,
  pauseSchedule,
  resumeSchedule,
  backfillSchedule,
  removeSchedule,
]
