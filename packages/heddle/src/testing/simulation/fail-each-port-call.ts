import type { App, OpenApp } from '@heddle/core'
import { Callers, type Client } from './client.ts'
import { reasonOf, SimulationFailure } from './failure.ts'
import { type Fault, faults, nthCallPlan, randomFor } from './faults.ts'
import type { SimulateOptions } from './options.ts'
import { World } from './world.ts'

/** What is done while one port call goes wrong. */
export interface PortCallScenario<Given> extends Pick<SimulateOptions<Given>, 'setup' | 'provide' | 'config'> {
  /** What is done. An error that it throws in a disturbed run is handed to `check`. */
  readonly scenario: (client: Client, given: Given) => Promise<unknown>
  /** Runs afterwards, undisturbed. It throws or returns false when something does not hold. */
  readonly check: (app: OpenApp, given: Given, run: DisturbedRun) => unknown
  /** @default all four */
  readonly faults?: readonly Fault[]
}

/** Which port call went wrong, and what came of it. */
export interface DisturbedRun {
  /** Counted from 1; 0 for the run in which nothing goes wrong. */
  readonly nth: number
  /** E.g. `database.commit`. */
  readonly port: string | undefined
  readonly fault: Fault | undefined
  /** What the scenario returned. */
  readonly value: unknown
  /** What it threw. */
  readonly error: unknown
}

/**
 * Runs a scenario once to count its port calls, and then once for each of them and each kind of fault: exactly the nth
 * call fails before its effect, fails after it, or is where the app dies. The idea is SQLite's own (sqlite.org/testing.html).
 *
 * @returns the port calls of the undisturbed run, in order
 * @throws {SimulationFailure} SimulationFailed, for the first run after which the check does not hold
 * @example
 * await failEachPortCall(bank, {
 *   setup: openAccounts,
 *   scenario: (client, [from, to]) => client.call(transferMoney, { from, to, cents: 500 }, { retry: false }),
 *   check: async (app) => expect(await totalOf(app)).toBe(10_000),
 * })
 */
export async function failEachPortCall<Given = undefined>(
  app: App,
  plan: PortCallScenario<Given>,
): Promise<readonly string[]> {
  const ports = await runDisturbed(app, plan, 0, 'failBefore')
  for (let nth = 1; nth <= ports.length; nth++) {
    for (const fault of plan.faults ?? faults) await runDisturbed(app, plan, nth, fault)
  }
  return ports
}

async function runDisturbed<Given>(
  app: App,
  { setup, provide = [], config, scenario, check }: PortCallScenario<Given>,
  nth: number,
  fault: Fault,
): Promise<readonly string[]> {
  const plan = nthCallPlan(nth, fault)
  const given = typeof provide === 'function' ? provide() : provide
  const world = new World({ app, seed: 1, plan, given, config })
  try {
    await world.drive(world.open(), { outside: true })
    const { app: open } = await world.up()
    const prepared = await world.drive(
      world.calmly(async () => (await setup?.(open)) as Given),
      { outside: true },
    )
    const run = await world.drive(
      outcomeOf(() => scenario(new Callers(world).client(0, randomFor(1, 'client 0'), 0), prepared)),
    )
    if (nth === 0 && run.error !== undefined) throw run.error
    const disturbed = nth === 0 ? { nth, port: undefined, fault: undefined } : { nth, port: plan.ports[nth - 1], fault }
    await world.drive(judge(prepared, { ...disturbed, ...run }))
    return [...plan.ports]
  } catch (thrown) {
    const port = plan.ports[nth - 1]
    const where = nth === 0 ? 'nothing going wrong' : `port call ${nth}, ${port}, ${fault}`
    const data = { step: nth, reason: reasonOf(thrown), where, repeat: 'the same scenario' }
    throw new SimulationFailure('SimulationFailed', data, [...world.trace.entries], thrown)
  } finally {
    await world.close()
  }

  async function judge(prepared: Given, run: DisturbedRun): Promise<void> {
    const { app: open } = await world.up()
    const holds = await world.calmly(async () => check(open, prepared, run))
    if (holds === false) throw new Error('the check does not hold')
  }
}

async function outcomeOf(run: () => Promise<unknown>): Promise<{ value: unknown; error: unknown }> {
  try {
    return { value: await run(), error: undefined }
  } catch (error) {
    return { value: undefined, error }
  }
}
