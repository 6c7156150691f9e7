import { FileState } from './file-state.ts'
import type { TaskState } from './state.ts'

/** What a task's state is opened with. */
export interface StateOptions {
  /** The file of the task, which this thread alone opens; without it, state is kept in memory only. */
  readonly file?: string
  /**
   * About how much of the state is in memory at a time; the keys that were not used lately are in the file alone.
   *
   * @default 64 MiB; without a file everything
   */
  readonly memoryBytes?: number
}

/**
 * Opens the state of a task.
 *
 * @throws {Defect} StateDamaged
 * @throws {Failure} Unavailable where another process has it, DiskFull, DatabaseReadOnly
 * @example
 * const state = openState({ file: '.heddle/jobs/flights.Delays.state' })
 * const once = state.step('once', { seen: value(z.boolean()) })
 * once.select('a')
 * once.cells.seen.set(true)
 * const { hash } = state.checkpoint(1)
 */
export function openState({ file, memoryBytes }: StateOptions = {}): TaskState {
  return new FileState(file, memoryBytes ?? (file === undefined ? Infinity : 64 * 1024 * 1024))
}
