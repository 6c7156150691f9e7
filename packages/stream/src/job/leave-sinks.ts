import type { Ports } from '@heddle/core'
import type { SinkSpec } from '../task/task-spec.ts'
import type { KeptJob } from './job-record.ts'
import { sinkKindsOf } from './kinds-of.ts'
import type { ReadyJob } from './ready-job.ts'

/** Sinks whose checkpoint holds what they staged, and that a plan does not have any more, or has as sinks of another kind. */
function leftSinks({ checkpoint, facts }: KeptJob, sinks: readonly SinkSpec[]): string[] {
  return Object.keys(checkpoint?.staged ?? {}).filter((name) => {
    const before = facts.sinks?.[name]
    const now = sinks.find((one) => one.name === name)?.sink
    return now?.delivery !== 'staged' || (before !== undefined && before.kind !== now.kind)
  })
}

/** A job without what such sinks have staged, which means nothing to others. */
export function withoutLeft(kept: KeptJob, sinks: readonly SinkSpec[]): KeptJob {
  const { checkpoint } = kept
  const left = leftSinks(kept, sinks)
  if (checkpoint === undefined || left.length === 0) return kept
  const staged = Object.fromEntries(Object.entries(checkpoint.staged).filter(([name]) => !left.includes(name)))
  return { ...kept, checkpoint: { ...checkpoint, staged } }
}

/**
 * Finishes what sinks have staged for the plan before that the next one does not have, also where the process that ran it died: what
 * the checkpoint holds of them was delivered. Gives the job without it.
 */
export async function leaveSinks(
  kept: KeptJob,
  { job, spec: { sinks } }: Pick<ReadyJob, 'job' | 'spec'>,
  host: { readonly root: string; readonly ports: Ports },
): Promise<KeptJob> {
  const kinds = sinkKindsOf(job.options)
  for (const name of leftSinks(kept, sinks)) {
    const before = kept.facts.sinks?.[name]
    if (before) await kinds.get(before.kind)?.leave?.(before.what, kept.checkpoint!.staged[name]!, host)
  }
  return withoutLeft(kept, sinks)
}
