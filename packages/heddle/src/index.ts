export * from '@heddle/core'
// Both core and data have a type of this name: the one that part kinds need wins.
export type { Comparison } from '@heddle/core'
export * from '@heddle/data'
// Plans and runs: what an app is written with. Their inner parts have names that others have, too, and come from their packages.
export {
  blueprint,
  draft,
  fn,
  formatPlan,
  parsePlan,
  pipeline,
  type Pipeline,
  type PipelineOptions,
  type Plan,
  planHash,
  planSchema,
} from '@heddle/pipeline'
export * from '@heddle/serve'
// A job and what it reads and writes; operators, aggregates and the log come from `heddle/stream`.
export { defineSink, defineSource, job, type Job, type JobOptions, listSource } from '@heddle/stream'
export {
  type AnyWorkflow,
  isWorkflow,
  later,
  migrateRuns,
  nothing,
  planWorkflow,
  type PlanWorkflow,
  queue,
  type Queue,
  type RunHandle,
  Runs,
  runs,
  runsOf,
  schedule,
  type ServedLater,
  type Schedule,
  type StartedRun,
  type StartOptions,
  stateMachine,
  type Workflow,
  workflow,
} from '@heddle/workflow'
export { heddleCommands, operations, withOperations } from './commands/operations.ts'
export { leasesAt } from './leases/leases-at.ts'
export { type Subject, SubjectPort } from './commands/subject.ts'
