import { listSource } from '../../source/list.ts'
import { Task } from '../../task/task.ts'
import type { TaskSetup } from '../../task/task-setup.ts'

/**
 * Gives the sinks what the last checkpoint of a plan holds for them, where the process that made it died before it could: files
 * get their names, kept records go out.
 */
export async function recoverSinks(setup: TaskSetup): Promise<void> {
  const { spec, store } = setup
  const nothing = {
    name: 'nothing',
    source: listSource([]),
    disorderMs: 0,
    decode: 'whole',
    onError: 'fail',
  } as const
  const sinks = spec.sinks.map((sink) => ({ ...sink, from: { name: nothing.name } }))
  const task = await Task.open({ ...setup, spec: { job: spec.job, sources: [nothing], steps: [], sinks } })
  const { letters } = task.letters.hold()
  await task.close()
  if (letters.length > 0) await store.putBack?.(letters)
}
