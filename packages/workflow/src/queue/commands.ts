import { command, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { EnginePort, type TenantEngine } from '../ways/engine-port.ts'
import { queueStatuses, seesAll } from './queue-status.ts'

const name = z.string().describe('Name of the queue')
const waitersType = z.object({ tenant: z.string(), waiting: z.int(), oldest: z.date() })
const top = z.int().min(0).max(1000).describe('How many tenants and keys are told, those with most that waits first')

const queueType = z.object({
  name: z.string(),
  declared: z.boolean().describe('Whether this app has it'),
  paused: z.boolean(),
  waiting: z.int().describe('Runs that wait for their turn'),
  running: z.int().describe('Runs that run, in all processes'),
  oldest: z.date().optional().describe('Since when the first of those that wait does'),
  concurrency: z.int().optional(),
  rate: z
    .object({ limit: z.int(), perMs: z.number(), used: z.int().describe('How many have begun in that time') })
    .optional(),
  length: z.int().optional().describe('How many of one tenant may wait'),
  tenants: z.array(waitersType),
  keys: z.array(waitersType.extend({ key: z.string() })),
})

/** Lists queues. */
export const listQueues = command('heddle.ListQueues', {
  kind: 'query',
  summary: 'List queues: how many runs wait and run, since when the oldest waits, what of the rate is used',
  input: z.object({ top: top.default(3) }),
  output: z.object({ queues: z.array(queueType) }),
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input, ctx }) {
    const { engine, tenant } = ctx.use(EnginePort)
    return { queues: await queueStatuses(engine, tenant, input.top) }
  },
})

/** Shows a queue. */
export const showQueue = command('heddle.ShowQueue', {
  kind: 'query',
  summary: 'Show a queue, with the tenants and keys that have most that waits',
  input: z.object({ name, top: top.default(20) }),
  output: queueType,
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input, ctx }) {
    const { engine, tenant } = ctx.use(EnginePort)
    const found = (await queueStatuses(engine, tenant, input.top)).find((queue) => queue.name === input.name)
    // It says which there are.
    if (!found) engine.queues.lengthOf(input.name)
    return found!
  },
})

const changed = z.object({ name: z.string(), paused: z.boolean() })

/** Lets no run of a queue begin until it is resumed. */
export const pauseQueue = command('heddle.PauseQueue', {
  summary: 'Let no run of a queue begin, in any process, until it is resumed',
  input: z.object({ name }),
  output: changed,
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input, ctx }) {
    const { queues } = engineForAll(ctx.use(EnginePort))
    queues.lengthOf(input.name)
    await queues.pauses.set(input.name, true)
    return { name: input.name, paused: true }
  },
})

/** Lets the runs of a paused queue begin. */
export const resumeQueue = command('heddle.ResumeQueue', {
  summary: 'Let the runs of a paused queue begin again',
  input: z.object({ name }),
  output: changed,
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input, ctx }) {
    const { queues } = engineForAll(ctx.use(EnginePort))
    // One that was paused by another version of the app may not be declared any more.
    if (!(await queues.pauses.set(input.name, false))) queues.lengthOf(input.name)
    return { name: input.name, paused: false }
  },
})

/** Queues are those of all tenants. @throws {Failure} TenantDenied */
function engineForAll({ engine, tenant }: TenantEngine) {
  if (seesAll(engine, tenant)) return engine
  throw systemFailure('TenantDenied', {
    tenant,
    because: 'a queue is paused for all tenants, by those who operate the app',
  })
}

/** What the part that keeps runs going brings for queues. */
export const queueCommands = [listQueues, showQueue, pauseQueue, resumeQueue]
