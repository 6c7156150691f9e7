import type { TaskState } from '../state/state.ts'
import { reportOf, type TaskReport } from '../task/task-report.ts'
import type { Task, TaskEnd } from '../task/task.ts'
import type { PlacedTask } from './placed-task.ts'

/** A task on this thread, with the state that it has. */
export class LocalTask implements PlacedTask {
  readonly countsBefore: Readonly<Record<string, number>>
  readonly #task: Task
  readonly #state: TaskState
  #closed: Promise<void> | undefined

  constructor(task: Task, state: TaskState) {
    this.#task = task
    this.#state = state
    this.countsBefore = task.countsBefore
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#task.counts
  }

  get report(): TaskReport {
    return reportOf(this.#task)
  }

  run(): Promise<TaskEnd> {
    return this.#task.run()
  }

  stop(): void {
    this.#task.stop()
  }

  replay(): void {
    this.#task.replay()
  }

  abort(cause: unknown): void {
    this.#task.abort(cause)
  }

  async close(): Promise<void> {
    try {
      await this.closeTask()
    } finally {
      this.#state.close()
    }
  }

  /** Closes its sources and sinks, and not its state. */
  protected closeTask(): Promise<void> {
    return (this.#closed ??= this.#task.close())
  }
}
