import { createPorts, type Ports, type Random } from '@heddle/core'
import type { TaskState } from '../state/state.ts'
import { openState } from '../state/open-state.ts'
import type { Checkpoint, CheckpointCommit, CheckpointStore } from '../task/checkpoint.ts'
import type { ReadLimit } from '../task/read-limit.ts'
import { Task, type TaskEnd } from '../task/task.ts'
import { type TaskSettings, type TaskSpec, usualSettings } from '../task/task-spec.ts'

/** Checkpoints in memory, with what was committed beside them. */
export interface MemoryCheckpoints extends CheckpointStore {
  readonly newest: Checkpoint | undefined
  readonly commits: readonly CheckpointCommit[]
}

/** Keeps checkpoints in memory, for tests. */
export function memoryCheckpoints(): MemoryCheckpoints {
  const commits: CheckpointCommit[] = []
  return {
    commits,
    get newest() {
      return commits.at(-1)?.checkpoint
    },
    commit: (commit) => void commits.push(commit),
  }
}

/** How a task is run in a test. */
export interface RunTaskOptions {
  readonly store?: MemoryCheckpoints
  /** The state goes on where it was, as a file would. */
  readonly state?: TaskState
  readonly settings?: Partial<TaskSettings>
  readonly ports?: Ports
  readonly random?: Random
  readonly at?: (point: string) => void
  /** How far it may read. */
  readonly limit?: ReadLimit
  /** Hears of the task before it runs, e.g. to stop it. */
  readonly opened?: (task: Task) => void
  readonly folder?: string
}

/** Runs a task to its end, without an app. */
export async function runTask(spec: TaskSpec, options: RunTaskOptions = {}): Promise<TaskEnd> {
  const { store = memoryCheckpoints(), state = openState(), ports = createPorts(), folder = '' } = options
  const restored = store.newest
  state.restore(restored?.epoch ?? 0, restored?.hash ?? '')
  const { random, at, opened, settings, limit } = options
  const task = await Task.open({
    spec,
    settings: { ...usualSettings, ...settings },
    tenant: '',
    ports,
    root: folder,
    folder,
    state,
    store,
    restored,
    random,
    at,
    limit,
  })
  try {
    opened?.(task)
    return await task.run()
  } finally {
    await task.close()
  }
}
