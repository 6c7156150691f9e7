import {
  after,
  type AnyCommand,
  type AnyEvent,
  command,
  type Context,
  deadLetter,
  type Part,
  type PartKind,
} from '@heddle/core'
import { GatheredEvents, handler, PipelineStates, SeenEvents } from '@heddle/data'
import { z } from 'zod'
import type { Plan } from '../plan/plan.ts'
import { evaluateText } from '../run/evaluate.ts'
import type { PlanSources } from '../validate/sources.ts'
import { gathererPart } from './gatherer-part.ts'
import { dueOf, GatheredNotices, takenLimit } from './gatherings.ts'
import { eventsOf, type OnConfig, onType } from './on-config.ts'

/** What runs a pipeline when events come: a handler, and what holds them where they are gathered. */
export function eventParts(plan: Plan, base: AnyCommand, sources: PlanSources): readonly Part[] {
  if (plan.on === undefined) return []
  const on = onType.parse(plan.on)
  const events = eventsOf(on).map((name) => sources.events!.get(name)!)
  const flush = flushCommand(plan, on, base)
  return [eventHandler(plan, on, events, base), gathererPart(plan.pipeline, on, flush), commandsPart(flush)]
}

const gatheredKind: PartKind = { name: 'gathered-events', compare: () => [] }

const commandsPart = (flush: AnyCommand): Part => {
  const part: Part = {
    kind: gatheredKind,
    name: flush.name,
    commands: [flush],
    describe: () => ({}),
    simulated: () => part,
  }
  return part
}

/** Reads an expression of what an event tells, as text. */
function textOf(expression: string | undefined): (data: unknown) => string {
  if (expression === undefined) return () => ''
  const evaluate = evaluateText(expression) as (scope: { readonly it: unknown }) => unknown
  return (it) => JSON.stringify(evaluate({ it }) ?? null)
}

function eventHandler(plan: Plan, on: OnConfig, events: readonly AnyEvent[], base: AnyCommand): Part {
  const groupOf = textOf(on.by)
  const sameOf = on.dedupe && textOf(on.dedupe.by)
  const gathers = on.debounce !== undefined || on.batch !== undefined
  const { pipeline } = plan
  /** Without `by`, what has to stay in order stays in order. */
  const groupIn = ({ data, key }: Told) => (gathers || on.by !== undefined ? groupOf(data) : key)
  return handler(`${pipeline}OnEvent`, {
    summary: `Runs ${pipeline} when events come`,
    on: events as [AnyEvent, ...AnyEvent[]],
    calls: gathers ? [] : [base],
    uses: [GatheredEvents, GatheredNotices, PipelineStates, ...(on.dedupe ? [SeenEvents] : [])],
    hooks: [
      after('committed', ({ ctx, input }) => {
        const told = input as Told
        return (ctx as Context).use(GatheredNotices).tell({ tenant: told.tenant, pipeline, group: groupIn(told) })
      }),
    ],
    async run(args) {
      const { input, ctx, call } = args as unknown as Handling
      const now = ctx.clock.now()
      if (sameOf && on.dedupe) {
        const seen = ctx.use(SeenEvents)
        const id = `${pipeline}/${sameOf(input.data)}`
        const known = await seen.get(id)
        if (known && known.until.getTime() > now) return
        const until = new Date(now + on.dedupe.for)
        if (known) await seen.update(known, { until })
        else await seen.insert({ id, until })
      }
      const group = groupIn(input)
      if (!gathers && !(await isHeldUp(ctx, pipeline, group))) {
        await call(base, input.data)
        return
      }
      const place = String(input.offset).padStart(16, '0')
      const id = `${pipeline}/${group}/${place}`
      await ctx.use(GatheredEvents).insert({ id, pipeline, group, data: input.data, at: new Date(now) })
    },
  })
}

interface Told {
  readonly tenant: string
  readonly key: string
  readonly data: unknown
  readonly offset: number
}

/** Whether an event has to wait although nothing is gathered: the pipeline is paused, or others of its group wait. */
async function isHeldUp(ctx: Context, pipeline: string, group: string): Promise<boolean> {
  if (await isPaused(ctx, pipeline)) return true
  const { records } = await ctx.use(GatheredEvents).find({ where: { pipeline, group }, limit: 1 })
  return records.length > 0
}

const isPaused = async (ctx: Context, pipeline: string) =>
  (await ctx.use(PipelineStates).get(pipeline))?.paused === true

interface Handling {
  readonly input: Told
  readonly ctx: Context
  readonly call: (called: AnyCommand, input: unknown) => Promise<unknown>
}

/**
 * Handles the events of a group that are due, in one unit of work with their removal: once, however many processes try.
 * What fails for good is kept as a dead letter.
 */
function flushCommand(plan: Plan, on: OnConfig, base: AnyCommand): AnyCommand {
  const { pipeline } = plan
  const madeFrom = { template: pipeline, config: { on: true } }
  const handled: AnyCommand = {
    ...command(`${pipeline}OfEvents`, {
      summary: `Runs ${pipeline} on what events tell`,
      input: z.unknown(),
      output: z.unknown(),
      calls: [base],
      policies: [deadLetter()],
      run: ({ input, call }) => call(base, input as never),
    }),
    madeFrom,
  } as AnyCommand
  return command(`${pipeline}GatheredEvents`, {
    summary: `Handles the events that were gathered for ${pipeline}`,
    input: z.object({ group: z.string() }),
    output: z.object({ handled: z.int(), dueAt: z.int().optional() }),
    access: 'heddle:operate',
    calls: [handled],
    uses: [GatheredEvents, PipelineStates],
    async run({ input: { group }, call, ctx }) {
      // The events wait; who lets it go on again wakes them.
      if (await isPaused(ctx, pipeline)) return { handled: 0 }
      const gathered = ctx.use(GatheredEvents)
      const { records } = await gathered.find({ where: { pipeline, group }, orderBy: { id: 'asc' }, limit: takenLimit })
      const due = dueOf(
        records.map(({ at }) => at.getTime()),
        on,
      )
      if (due === undefined || due > ctx.clock.now()) return { handled: 0, ...(due !== undefined && { dueAt: due }) }
      const taken = on.debounce === undefined ? records.slice(0, on.batch?.size ?? 1) : records
      for (const record of taken) await gathered.delete(record)
      const data = taken.map((record) => record.data)
      await call.try(handled, (on.batch ? data : data.at(-1)) as never)
      const rest = dueOf(
        records.slice(taken.length).map(({ at }) => at.getTime()),
        on,
      )
      return { handled: taken.length, ...(rest !== undefined && { dueAt: rest }) }
    },
  }) as unknown as AnyCommand
}
