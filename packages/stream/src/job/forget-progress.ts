import type { ServiceOf } from '@heddle/core'
import type { JobCheckpointRows, JobRows } from '@heddle/data'
import { asideName, type JobFacts } from './job-record.ts'

type Jobs = ServiceOf<typeof JobRows>
type Kept = NonNullable<Awaited<ReturnType<Jobs['get']>>>
type Checkpoints = ServiceOf<typeof JobCheckpointRows>

/** Removes the checkpoints of a job behind an epoch: its state file cannot go back to them any more. */
export async function forgetCheckpoints(rows: Checkpoints, job: string, behind: number): Promise<void> {
  const { records } = await rows.find({ where: { id: { prefix: `${job}/` } }, limit: 1000 })
  for (const row of records) {
    if ((JSON.parse(row.checkpoint) as { epoch: number }).epoch > behind) rows.delete(row)
  }
}

/**
 * Lets a job forget its state and its place. Numbers of epochs are never used again: sinks outside may have some, and take
 * only those that follow.
 *
 * @param state what it is to do from then on
 * @returns which state file counts from now on
 */
export async function forgetProgress(jobs: Jobs, rows: Checkpoints, kept: Kept, state = kept.state): Promise<number> {
  const { generation: before, lastEpoch = 0 } = JSON.parse(kept.facts) as JobFacts
  // What was built anew beside it is forgotten too; its state file is not the one that counts next.
  const aside = await jobs.get(asideName(kept.name))
  if (aside) jobs.delete(aside)
  const built = aside === undefined ? 0 : (JSON.parse(aside.facts) as JobFacts).generation
  const generation = Math.max(before, built) + 1
  const facts: JobFacts = { generation, steps: {}, lastEpoch: Math.max(lastEpoch, kept.epoch) }
  await forgetCheckpoints(rows, kept.name, 0)
  await jobs.update(kept, { epoch: 0, checkpoint: undefined, state, facts: JSON.stringify(facts) })
  return generation
}
