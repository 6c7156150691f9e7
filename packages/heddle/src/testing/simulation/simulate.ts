import type { App } from '@heddle/core'
import type { SimulatedCall } from './client.ts'
import { SimulationFailure } from './failure.ts'
import type { SimulateOptions } from './options.ts'
import { type Counts, runSeed, type SeedRun } from './run-seed.ts'
import { firstDifference, type TraceEntry } from './trace.ts'

/** What a simulation without a finding came to. */
export interface Simulation extends Counts {
  /** How many seeds were run, each of them twice. */
  readonly seeds: number
  /** Of the last seed. */
  readonly trace: readonly TraceEntry[]
  /** The clients' calls of the last seed. */
  readonly history: readonly SimulatedCall[]
}

/**
 * Runs an app's own commands in virtual time while things go wrong: calls overtake each other, ports fail before or
 * after their effect, clients repeat themselves, the app dies and comes back over what it had stored. Everything
 * follows from the seed. Each seed is run twice, and the runs must be the same.
 *
 * @throws {SimulationFailure} SimulationFailed for the first seed with a finding; SimulationDiverged when a command
 *   takes time or randomness from anywhere but `ctx`
 * @throws {Defect} RealPort
 * @example
 * await simulate(bank, {
 *   seeds: 200,
 *   setup: openAccounts,
 *   workload: (random, _step, accounts) => ({ command: transferMoney, input: anyTransfer(random, accounts) }),
 *   invariant: async (app) => expect(await totalOf(app)).toBe(10_000),
 * })
 */
export async function simulate<Given = undefined>(app: App, options: SimulateOptions<Given>): Promise<Simulation> {
  const { seed: first = 1, seeds = 1 } = options
  const total = { calls: 0, portCalls: 0, faults: 0, crashes: 0 }
  let last: SeedRun | undefined
  for (let seed = first; seed < first + seeds; seed++) {
    last = await runTwice(app, seed, options)
    for (const name of Object.keys(total) as (keyof Counts)[]) total[name] += last.counts[name]
  }
  return { seeds, ...total, trace: last?.trace ?? [], history: last?.history ?? [] }
}

/**
 * The first of many seeds that finds something, with what it found; undefined when none does.
 *
 * @example const { seed } = (await findSeed(bank, { seeds: 1000, workload, invariant }))!
 */
export async function findSeed<Given = undefined>(
  app: App,
  options: SimulateOptions<Given>,
): Promise<SimulationFailure | undefined> {
  try {
    await simulate(app, options)
    return undefined
  } catch (thrown) {
    if (thrown instanceof SimulationFailure) return thrown
    throw thrown
  }
}

async function runTwice<Given>(app: App, seed: number, options: SimulateOptions<Given>): Promise<SeedRun> {
  const run = await runSeed(app, seed, options)
  const again = await runSeed(app, seed, options)
  const difference = firstDifference(run.trace, again.trace)
  if (difference) {
    const { step, first = 'nothing more', second = 'nothing more' } = difference
    const details = [`first:  ${first}`, `second: ${second}`]
    throw new SimulationFailure('SimulationDiverged', { seed, step, details }, run.trace, run.failure)
  }
  if (run.failure) throw run.failure
  return run
}
