import { canonicalJson, Defect, toJson } from '@heddle/core'
import type { Checkpoint } from '../../task/checkpoint.ts'
import type { JobLifeSetup } from '../job-life.ts'
import { asideName, type JobFacts, type KeptJob } from '../job-record.ts'
import { withoutLeft } from '../leave-sinks.ts'
import type { ReadyJob } from '../ready-job.ts'
import { openJobState, removeStateFiles } from '../state-files.ts'
import { Rebuild } from './rebuild.ts'
import { verdictsOf } from './rebuilds-state.ts'
import { recoverSinks } from './recover-sinks.ts'
import { goneHindrance, placesOf } from './rereads.ts'

type Fences = Parameters<JobLifeSetup['store']['checkpointsAside']>[1]

/**
 * Prepares to build the state of a plan anew, or to go on with it where a process has begun it before.
 *
 * @param kept the job as the plan before it has it
 * @throws {Defect} StateUnfit where its sources do not have all records any more
 */
export async function openRebuild(
  setup: JobLifeSetup,
  ready: ReadyJob,
  kept: KeptJob,
  fences: Fences,
): Promise<Rebuild> {
  const { store, folder, isKept, app, ports, root, openShadow } = setup
  const { name, hash, steps, spec } = ready
  const reached = kept.checkpoint!
  const signal = new AbortController().signal
  const host = { job: name, ports, app, root, folder, tenant: store.tenant, signal }
  const reason = await goneHindrance(spec.sources, reached.lanes, host)
  if (reason !== undefined) {
    const step = verdictsOf(kept, ready).find(({ verdict }) => verdict === 'rebuild')!.step
    throw new Defect('StateUnfit', { job: name, step, reason: `it cannot be built anew, because ${reason}` })
  }
  const before = await store.read(asideName(name))
  const { generation: own, calls = own } = kept.facts
  const goesOn = before !== undefined && before.plan === hash && belongs(before, kept, ready)
  const generation = goesOn ? before.facts.generation : Math.max(own, before?.facts.generation ?? 0) + 1
  const facts: JobFacts = { generation, calls, of: own, steps, ...placesOf(spec, root) }
  if (before && !goesOn) await store.forgetAside(name, fences)
  if (isKept) removeStateFiles({ folder, name }, own, ...(goesOn ? [generation] : []))
  const checkpoints = store.checkpointsAside({ name, plan: hash, facts }, fences)
  const restored = goesOn ? before.checkpoint : undefined
  const place = { app, ports, store, root, folder, isKept, openShadow }
  return new Rebuild({ ...place, ready, facts, restored, checkpoints, reached })
}

/** Gives the sinks what the last checkpoint holds for them, where the plan that made it does not run any more. */
export async function recoverRested(
  setup: JobLifeSetup,
  ready: ReadyJob,
  kept: KeptJob,
  fences: Fences,
): Promise<void> {
  const { store, folder, isKept, app, ports, root } = setup
  const { name, hash, spec, settings } = ready
  const { generation } = kept.facts
  const state = openJobState({ name, folder, isKept, generation, memoryBytes: settings.memoryBytes })
  const { putBack } = store.checkpointsOf({ name, plan: hash, facts: kept.facts }, settings.checkpoints, fences)
  const common = { spec, settings, tenant: store.tenant, generation, ports, app, root, folder, state }
  try {
    state.restore(kept.checkpoint!.epoch, kept.checkpoint!.hash)
    const { checkpoint: restored } = withoutLeft(kept, spec.sinks)
    await recoverSinks({ ...common, restored: restored!, store: { commit() {}, ...(putBack && { putBack }) } })
  } finally {
    state.close()
  }
}

/** Whether what was begun is of this plan, follows this state, and has not read further. */
function belongs({ facts, checkpoint }: KeptJob, kept: KeptJob, { steps }: ReadyJob): boolean {
  const isSame = facts.of === kept.facts.generation && textOf(facts.steps) === textOf(steps)
  return isSame && isWithin(checkpoint?.lanes ?? {}, kept.checkpoint!.lanes)
}

const textOf = (steps: ReadyJob['steps']): string => canonicalJson(toJson(steps))

const isWithin = (lanes: Checkpoint['lanes'], limit: Checkpoint['lanes']): boolean =>
  Object.entries(lanes).every(([source, partitions]) =>
    Object.entries(partitions).every(([partition, { offset, ended }]) => {
      const other = limit[source]?.[partition]
      return offset <= (other?.offset ?? 0) && (ended !== true || other?.ended === true)
    }),
  )
