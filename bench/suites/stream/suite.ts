import type { Suite } from '../../harness/types.ts'
import { httpBesideJob } from './http-beside-job.ts'
import { jsonWindow } from './json-window.ts'
import { state } from './state.ts'
import { topic } from './topic.ts'
import { wholeJob } from './job.ts'

/** What one part of the engine contributes: a file of its own, so that each stands beside its contenders. */
export type Contribution = Partial<Omit<Suite, 'name'>>

const contributions: readonly Contribution[] = [jsonWindow, wholeJob, httpBesideJob, state, topic]

/** What a record costs on its way through a job, and in the log. */
export const suite: Suite = {
  name: 'stream',
  groups: contributions.flatMap(({ groups = [] }) => groups),
  cases: contributions.flatMap(({ cases = [] }) => cases),
  memory: contributions.flatMap(({ memory = [] }) => memory),
  figures: contributions.flatMap(({ figures = [] }) => figures),
}
