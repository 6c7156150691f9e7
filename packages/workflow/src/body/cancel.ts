import { systemFailure } from '@heddle/core'
import type { Entry, Run } from '../run/run.ts'
import { RunFailure } from './ending.ts'
import type { Execution } from './execution.ts'
import type { Pending } from './waits.ts'

/** Tells those who wait that the run was cancelled; children are asked to end. Says whether anybody was told. */
export async function cancelWaits(execution: Execution): Promise<boolean> {
  if (!execution.run.facts.cancel) return false
  const untold = execution.waits.untold()
  if (untold.length === 0) return false
  const children = untold.filter(({ kind }) => kind === 'child')
  if (children.length > 0) await cancelChildren(execution, children)
  for (const child of children) child.childTold = true
  if (untold.length === children.length) return false
  execution.noteCancelled()
  // A step that is to be tried again is told where it goes on.
  const told = untold.filter(({ kind }) => kind === 'timer' || kind === 'signal')
  const at = new Date(execution.host.ports.clock.now())
  const entries = told.map(({ key }): Entry => ({ key, kind: 'cancelled', at }))
  await execution.commit(entries, { state: 'running' })
  for (const { strand } of told) strand.tell()
  for (const { kind, cancel } of untold) if (kind !== 'child') cancel()
  return true
}

/** Asks children to end, and notes that they were. */
export async function cancelChildren(
  execution: Execution,
  children: readonly Pick<Pending, 'key' | 'name'>[],
): Promise<void> {
  const { host, stored } = execution
  execution.noteCancelled()
  for (const { name } of children) await host.relatives.cancel(stored.tenant, name!)
  const at = new Date(host.ports.clock.now())
  await execution.commit(children.map(({ key }) => ({ key, kind: 'told', at })))
}

/** What a cancelled run is told at the place where it waits. */
export const cancelledFailure = ({ id }: Run): RunFailure =>
  new RunFailure([systemFailure('RunCancelled', { run: id })])
