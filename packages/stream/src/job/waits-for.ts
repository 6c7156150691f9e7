import type { OpenApp } from '@heddle/core'
import type { OpenRunCounts } from '@heddle/pipeline'
import { isJobInstance } from './job-instance.ts'
import type { Job } from './job.ts'
import { rebuildsState } from './rebuild/rebuilds-state.ts'

/** What another plan of a job waits for before it runs; undefined where that is the next checkpoint. */
export async function waitsFor(app: OpenApp, { name, hash, assembled, options }: Job): Promise<OpenRunCounts['waits']> {
  const instance = app.parts.filter(isJobInstance).find((part) => part.name === name)
  const kept = await instance?.store.read(name)
  if (!instance || !kept) return undefined
  if (kept.state !== 'running' || (await instance.isPaused())) return 'resumed'
  const { renamed = {}, migrations = {} } = options
  return rebuildsState(kept, { hash, steps: assembled.steps, renamed, migrations }) ? 'built' : undefined
}
