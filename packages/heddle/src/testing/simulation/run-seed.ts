import { type App, type OpenApp, sleep } from '@heddle/core'
import { Callers, type Client, type SimulatedCall } from './client.ts'
import { reasonOf, SimulationFailure } from './failure.ts'
import { randomFor, seededPlan } from './faults.ts'
import type { SimulateOptions, Step } from './options.ts'
import type { TraceEntry } from './trace.ts'
import { World } from './world.ts'

/** What one run of one seed came to. */
export interface SeedRun {
  readonly trace: readonly TraceEntry[]
  readonly history: readonly SimulatedCall[]
  readonly counts: Counts
  readonly failure: SimulationFailure | undefined
}

/** How much happened. */
export interface Counts {
  readonly calls: number
  readonly portCalls: number
  readonly faults: number
  readonly crashes: number
}

/** Runs the workload of one seed once, from an empty database. */
export async function runSeed<Given>(app: App, seed: number, options: SimulateOptions<Given>): Promise<SeedRun> {
  const { steps = 100, clients = 4, config, faults, provide = [] } = options
  const given = typeof provide === 'function' ? provide() : provide
  const world = new World({ app, seed, plan: seededPlan(seed, faults), given, config })
  const callers = new Callers(world)
  const { trace } = world
  let taken = 0
  let failure: SimulationFailure | undefined
  await world.drive(world.open(), { outside: true })
  try {
    const prepared = await world.drive(prepare(), { outside: true })
    await world.drive(Promise.all(Array.from({ length: clients }, (_, index) => work(index, prepared))))
    await world.drive(check())
  } catch (thrown) {
    failure = failureOf(thrown)
  }
  const run = { trace: [...trace.entries], history: [...callers.history], counts: counts(), failure }
  await world.close()
  return run

  async function prepare(): Promise<Given> {
    const { app: open } = await world.up()
    await preload(open)
    return world.calmly(async () => (await options.setup?.(open)) as Given)
  }

  /** A client takes the next step as soon as it is done with the last one. */
  async function work(index: number, prepared: Given): Promise<void> {
    const random = randomFor(seed, `client ${index}`)
    while (taken < steps) {
      taken++
      await sleep(world.time.timers, world.plan.pause())
      const number = ++trace.step
      const client = callers.client(index, random, number)
      await take(client, options.workload(randomFor(seed, `step ${number}`), number, prepared))
      if (number < steps) await check()
    }
  }

  async function check(): Promise<void> {
    if (!options.invariant) return
    const { app: open } = await world.up()
    const holds = await world.calmly(async () => options.invariant!(open, callers.history))
    if (holds === false) throw new Error('the invariant does not hold')
  }

  function counts(): Counts {
    const { portCalls, faults: hit, crashes } = world
    return { calls: callers.history.length, portCalls, faults: hit, crashes }
  }

  function failureOf(thrown: unknown): SimulationFailure {
    const { step, entries } = trace
    const repeat = `simulate(app, { seed: ${seed}, steps: ${steps}, clients: ${clients}, … })`
    const data = { seed, step, reason: reasonOf(thrown), where: `step ${step} of the seed ${seed}`, repeat }
    return new SimulationFailure('SimulationFailed', data, [...entries], thrown)
  }
}

/** Bodies that load themselves at their first call are loaded now: files have no virtual time. */
async function preload({ commands }: OpenApp): Promise<void> {
  for (const { body } of commands.values()) await body?.load?.()
}

async function take(client: Client, step: Step): Promise<void> {
  if (typeof step === 'function') await step(client)
  else await client.call(step.command, step.input as never, step.options)
}
