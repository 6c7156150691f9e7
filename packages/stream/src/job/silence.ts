import type { JobInstance } from './job-instance.ts'
import type { PlacedTask } from './placed-task.ts'

/** How long the thread of a job has not answered, and what that means. */
export interface Silence {
  readonly ms: number
  readonly text: string
}

/** What is to be said where the thread of a job has not answered for longer than it should. */
export const silenceOf = ({ job, life }: Pick<JobInstance, 'job' | 'life'>): Silence | undefined =>
  life?.task && silenceOfTask(life.task, job.assembled.settings.silenceMs)

/** The same, of one of the tasks of a job. */
export function silenceOfTask(
  { silentMs: ms, stepAtWork: step }: Pick<PlacedTask, 'silentMs' | 'stepAtWork'>,
  limitMs: number,
): Silence | undefined {
  if (ms === undefined || ms < limitMs) return undefined
  const keeps = step === undefined ? 'an operator that does not return keeps it' : `the step "${step}" does not return`
  return { ms, text: `its thread has not answered for ${Math.max(1, Math.floor(ms / 1000))} s: ${keeps}` }
}
