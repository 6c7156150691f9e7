import type { TaskReport } from '../task/task-report.ts'
import type { TaskEnd } from '../task/task.ts'

/** A task of a job, wherever it runs: on this thread, or on one of its own. */
export interface PlacedTask {
  /** What was counted before it began. */
  readonly countsBefore: Readonly<Record<string, number>>
  /** What it has counted itself. */
  readonly counts: Readonly<Record<string, number>>
  /** How it is doing. One on another thread tells how it did a moment ago. */
  readonly report: TaskReport
  /** For how many milliseconds nothing was heard of its thread; missing for one on this thread. */
  readonly silentMs?: number
  /** The step with code of the app that its thread is at; missing where it is at none, and for one on this thread. */
  readonly stepAtWork?: string | undefined
  /** Runs until its sources end, it is stopped, or something fails. The last checkpoint is durable when it answers. */
  run(): Promise<TaskEnd>
  /** Reads no more, lets what is in hand end, and makes a last checkpoint: `run` then answers. */
  stop(): void
  /** Dead letters may wait to be taken again. Missing where the task looks for them only when it begins. */
  replay?(): void
  /** Ends at once with a cause, without a checkpoint. */
  abort(cause: unknown): void
  /** Closes its sources, sinks and state. Nothing is committed after that. */
  close(): Promise<void>
}
