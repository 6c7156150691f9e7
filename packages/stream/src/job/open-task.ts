import type { TaskSetup } from '../task/task-setup.ts'
import { Task } from '../task/task.ts'
import type { StateSection } from '../state/compare.ts'
import { fitState } from './fit-state.ts'
import { LocalTask } from './local-task.ts'
import type { PlacedTask } from './placed-task.ts'
import type { ReadyJob } from './ready-job.ts'
import { isAside } from './rebuild/aside-rows.ts'
import { openJobState } from './state-files.ts'

/** What a task of a job is opened with, beside the job itself. */
export interface TaskOpening extends Omit<TaskSetup, 'spec' | 'settings' | 'state' | 'generation' | 'isChanged'> {
  /** Which state file counts. */
  readonly generation: number
  /** The number under which the calls of its steps began. @default that of the state file */
  readonly calls?: number
  /** Whether the state is in a file. */
  readonly isKept: boolean
  /** Nobody waits for it any more: what is only begun need not come to its end. */
  readonly signal?: AbortSignal
  /** The steps of the plan that made the checkpoint, where it is another than the one that is to run. */
  readonly stepsBefore?: Readonly<Record<string, StateSection>>
}

/**
 * Opens the task of a job on this thread: its state goes back to the checkpoint, and is fitted to the plan.
 *
 * @throws {Defect} StateUnfit where a step's state cannot be what it was
 */
export async function openTask(ready: ReadyJob, opening: TaskOpening): Promise<PlacedTask> {
  const { isKept, stepsBefore, folder, generation, restored } = opening
  const { name, spec, settings } = ready
  const state = openJobState({ name, folder, generation, isKept, memoryBytes: settings.memoryBytes })
  try {
    state.restore(restored?.epoch ?? 0, restored?.hash ?? '')
    if (stepsBefore) fitState(state, stepsBefore, ready)
    // What was put aside while the state was built anew has its place by now.
    for (const step of state.steps()) if (isAside(step)) state.drop(step)
    ready.begins({ generation, calls: opening.calls ?? generation })
    const isChanged = stepsBefore !== undefined && restored !== undefined
    const task = await Task.open({ ...opening, spec, settings, state, isChanged })
    return new LocalTask(task, state)
  } catch (thrown) {
    state.close()
    throw thrown
  }
}
