import { Defect, type OpenApp } from '@heddle/core'
import { askedApp } from '../job/asked-app.ts'
import type { Job } from '../job/job.ts'
import type { TaskEnd } from '../task/task.ts'
import { runTask, type RunTaskOptions } from './run-task.ts'

/** How a job is run in a test. */
export interface RunJobOptions extends RunTaskOptions {
  /** The app whose commands its steps call. A job that calls none needs none. */
  readonly app?: OpenApp
}

/**
 * Runs a job to the end of its sources, without a database: its sinks are those that its plan names, `given` ones most often.
 *
 * @example
 * const out = collectSink()
 * await runJob(job(plan, { sources: { flights: listSource(flights) }, sinks: { out } }))
 * expect(out.values).toEqual([…])
 */
export function runJob(job: Job, options: RunJobOptions = {}): Promise<TaskEnd> {
  const { assembled, name, entities } = job
  const app = options.app ?? missingApp(name)
  const host = {
    job: name,
    generation: () => 1,
    app: askedApp(app, job.options.tenant ?? 'main'),
    entity: (one: string) => entities.get(one)!,
  }
  const spec = { job: name, sources: assembled.sources, steps: assembled.stepsFor(host), sinks: assembled.sinks }
  return runTask(spec, { ...options, settings: { ...assembled.settings, ...options.settings } })
}

/** Stands for the app of a job that needs none. */
const missingApp = (name: string): OpenApp =>
  new Proxy({} as OpenApp, {
    get() {
      throw new Defect('MissingPart', { name, missing: 'an app, whose commands its steps call' })
    },
  })
