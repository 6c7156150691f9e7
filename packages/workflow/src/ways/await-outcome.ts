import { type AnyFailure, type Outcome, sleep, systemFailure } from '@heddle/core'
import type { Engine } from '../engine/engine.ts'
import { isHalted } from '../run/halted.ts'
import { endStates } from '../run/run.ts'

/** How often the row of a run is read that another process may be running, in milliseconds (limit `runs.look`). */
const lookMs = 500

/**
 * How a run ends, whichever process runs it. A process that keeps no runs going begins to: who waits for a run in a folder
 * that nobody serves is the only one who can bring it on. One that is parked or blocked ends the wait with RunHalted.
 *
 * @throws {Failure} RunNotFound
 * @throws the signal's reason
 */
export async function awaitOutcome(
  engine: Engine,
  tenant: string,
  id: string,
  signal: AbortSignal,
): Promise<Outcome<unknown, AnyFailure>> {
  if (!engine.isRunning) await engine.begin()
  const over = new AbortController()
  const either = AbortSignal.any([signal, over.signal])
  try {
    const outcome = await Promise.race([engine.outcome(tenant, id, either), elsewhere(engine, tenant, id, either)])
    if (!outcome) throw systemFailure('RunNotFound', { run: id })
    return outcome
  } finally {
    over.abort()
  }
}

/** Looks again and again whether another process has ended the run. */
async function elsewhere(engine: Engine, tenant: string, id: string, signal: AbortSignal) {
  for (let run = id; ;) {
    await sleep(engine.ports.timers, lookMs, signal)
    const stored = await engine.store.read(tenant, run)
    if (!stored) return undefined
    if (stored.run.facts.continuedAs !== undefined) run = stored.run.facts.continuedAs
    else if (endStates.has(stored.run.state) || isHalted(stored.run.state)) return engine.outcome(tenant, run, signal)
  }
}
