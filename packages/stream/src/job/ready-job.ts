import type { StateSection } from '../state/compare.ts'
import type { TaskSettings, TaskSpec } from '../task/task-spec.ts'
import type { AskingHost } from './asking-steps.ts'
import type { Job } from './job.ts'
import type { StateMigration } from './job-options.ts'

/** A job whose plan was checked and made ready: what a task is opened with. */
export interface ReadyJob {
  readonly job: Job
  readonly name: string
  /** The content hash of the plan. */
  readonly hash: string
  /** Told before a task of it runs: which state file counts, and under which number its calls began. */
  begins(numbers: { readonly generation: number; readonly calls: number }): void
  readonly spec: TaskSpec
  readonly settings: TaskSettings
  /** Step → what it was called before. */
  readonly renamed: Readonly<Record<string, string>>
  /** Step → how the state of another plan is changed. */
  readonly migrations: Readonly<Record<string, StateMigration>>
  /** Step → what its state consists of. */
  readonly steps: Readonly<Record<string, StateSection>>
}

/** Makes a job ready for the thread that runs it. */
export function readyJob(job: Job, given: Omit<AskingHost, 'generation' | 'calls'>): ReadyJob {
  const numbers = { generation: 1, calls: 1 }
  const host: AskingHost = { ...given, generation: () => numbers.generation, calls: () => numbers.calls }
  const { name, assembled, options } = job
  const { hash, sources, sinks, settings, steps } = assembled
  const { renamed = {}, migrations = {} } = options
  const spec: TaskSpec = { job: name, sources, steps: assembled.stepsFor(host), sinks }
  const begins: ReadyJob['begins'] = (told) => void Object.assign(numbers, told)
  return { job, name, hash, begins, spec, settings, steps, renamed, migrations }
}
