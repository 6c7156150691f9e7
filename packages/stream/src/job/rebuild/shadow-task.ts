import type { Key } from '../../record/record.ts'
import type { TaskState } from '../../state/state.ts'
import type { Checkpoint } from '../../task/checkpoint.ts'
import { type Followed, ReadLimit } from '../../task/read-limit.ts'
import { Task, type TaskEnd } from '../../task/task.ts'
import { LocalTask } from '../local-task.ts'
import type { TaskOpening } from '../open-task.ts'
import type { PlacedTask } from '../placed-task.ts'
import type { ReadyJob } from '../ready-job.ts'
import { openJobState } from '../state-files.ts'
import { heldRows } from './aside-rows.ts'
import { type AsideSinks, shadowSinks } from './shadow-sinks.ts'

/** How far the plan that runs has read. */
export interface Reach extends Followed {
  readonly places: Checkpoint['lanes']
  /** It rests there. */
  readonly isLast: boolean
}

/**
 * A task that builds the state of a plan anew behind another one, wherever it runs. Its `run` comes to `ended` where it has read
 * all that the other one had when that came to rest.
 */
export interface ShadowTask extends PlacedTask {
  /** The other plan went on, or rests. */
  follow(reach: Reach): void
  /** The rows that a sink has put aside by its last checkpoint. It does not run any more by then, and does nothing else afterwards. */
  held(checkpoint: Checkpoint, sink: string): Promise<Map<Key, string>>
}

/** What such a task is opened with, beside what any task is. */
export interface Following {
  readonly reach: Reach
  /** Is told when it has read as far as the other one, where that does not rest yet; again where it went on. */
  onReached(): void
  /** Is given the sinks that were opened on this thread to put something aside. */
  readonly aside: AsideSinks
}

/** Opens a task on this thread that builds state anew, or goes on with that. */
export async function openShadow(ready: ReadyJob, opening: TaskOpening, following: Following): Promise<ShadowTask> {
  const { name, spec, settings } = ready
  const { folder, generation, isKept, restored, calls = generation } = opening
  const { reach, aside } = following
  const state = openJobState({ name, folder, generation, isKept, memoryBytes: settings.memoryBytes })
  try {
    state.restore(restored?.epoch ?? 0, restored?.hash ?? '')
    ready.begins({ generation, calls })
    const limit = new ReadLimit(name, reach.places, reach)
    const { errors: _, ...usual } = settings
    const task = await Task.open({
      ...opening,
      spec: { ...spec, sinks: shadowSinks(spec.sinks, state, aside) },
      settings: { ...usual, checkpoints: 1 },
      state,
      limit,
    })
    return new LocalShadow(task, state, limit, following)
  } catch (thrown) {
    state.close()
    throw thrown
  }
}

class LocalShadow extends LocalTask implements ShadowTask {
  readonly #task: Task
  readonly #state: TaskState
  readonly #limit: ReadLimit
  #isLast: boolean

  constructor(task: Task, state: TaskState, limit: ReadLimit, { reach, onReached }: Following) {
    super(task, state)
    this.#task = task
    this.#state = state
    this.#limit = limit
    this.#isLast = reach.isLast
    limit.onReached = () => {
      if (!this.#isLast) return onReached()
      // Where the other one rests there is a checkpoint, whatever was read.
      task.checkpoints.changed()
      task.stop()
    }
  }

  override async run(): Promise<TaskEnd> {
    const end = await this.#task.run()
    return end === 'stopped' && this.#isLast && (await this.#task.lanes.haveReached(this.#limit)) ? 'ended' : end
  }

  follow(reach: Reach): void {
    this.#isLast = reach.isLast
    this.#limit.raise(reach.places, reach)
  }

  async held({ epoch, hash }: Checkpoint, sink: string): Promise<Map<Key, string>> {
    await this.closeTask()
    this.#state.restore(epoch, hash)
    return heldRows(this.#state, sink)
  }
}
