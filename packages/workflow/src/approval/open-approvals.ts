import { systemFailure } from '@heddle/core'
import type { Engine } from '../engine/engine.ts'
import { endStates, type StoredRun } from '../run/run.ts'
import { approvalOf } from './approval-name.ts'

/** An approval that a run waits for. */
export interface OpenApproval {
  readonly name: string
  /** Its journal key. */
  readonly key: string
  /** Until when it can be answered, UTC, milliseconds since 1970. */
  readonly until?: number
}

/**
 * The approvals that a run waits for and that nobody has answered.
 *
 * A row tells what its run waited for when it last came to rest; since then it may have gone on beside, so that what its
 * journal holds is no longer open.
 */
export async function openApprovals(engine: Engine, { tenant, run }: StoredRun): Promise<OpenApproval[]> {
  if (endStates.has(run.state)) return []
  const waits = (run.facts.waits ?? []).flatMap(({ kind, name, until }) => {
    const found = kind === 'signal' ? approvalOf(name) : undefined
    return found && (until === undefined || until > engine.ports.clock.now())
      ? [{ ...found, signal: name!, until }]
      : []
  })
  if (waits.length === 0) return []
  const [signals, { entries }] = await Promise.all([
    engine.store.signals(tenant, run.id),
    engine.store.journal(tenant, run.id),
  ])
  const over = new Set(entries.flatMap(({ key, kind }) => (kind === 'timer' ? [] : [key])))
  const sent = new Set(signals.map(({ name }) => name))
  return waits
    .filter(({ key, signal }) => !over.has(key) && !sent.has(signal))
    .map(({ name, key, until }) => ({ name, key, ...(until !== undefined && { until }) }))
}

/**
 * The one that is to be answered.
 *
 * @param key needed where the run waits for several of the name
 * @throws {Failure} NoApproval
 */
export async function openApproval(
  engine: Engine,
  stored: StoredRun,
  name: string,
  key: string | undefined,
): Promise<OpenApproval> {
  const open = await openApprovals(engine, stored)
  const fitting = open.filter((one) => one.name === name && (key === undefined || one.key === key))
  if (fitting.length === 1) return fitting[0]!
  const because =
    fitting.length === 0
      ? 'it is answered, its time is over, or it was not asked for'
      : `say which: ${fitting.map((one) => one.key).join(', ')}`
  throw systemFailure('NoApproval', { run: stored.run.id, approval: name, because })
}
