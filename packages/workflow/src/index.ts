export type { DraftEntry, JournalDraft, RecordedStep } from './change/journal-draft.ts'
export { replayHistory, type ReplayVerdict } from './change/replay-history.ts'
export { isRunMigration, migrateRuns, type RunMigration, type RunMigrationDefinition } from './change/run-migration.ts'
export * from './define/types.ts'
export { drawMachine, mermaidOf } from './machine/diagram.ts'
export { machineOf, stateMachine } from './machine/state-machine.ts'
export type {
  Action,
  ActionArgs,
  EventTypes,
  MachineDefinition,
  MachineShape,
  State,
  StateMachine,
  StateShape,
  Transition,
} from './machine/types.ts'
export { nothing, workflow } from './define/workflow.ts'
export { isWorkflow, workflowKind } from './define/workflow-kind.ts'
export type { Overlap, Schedule } from './schedule/schedule-kind.ts'
export { schedule, type ScheduleOptions } from './schedule/schedule.ts'
export { Schedules, type ScheduleStatus } from './schedule/schedules-port.ts'
export type { RepeatOptions } from './schedule/repeat.ts'
export type { TimesOptions } from './schedule/times.ts'
export { runs, type RunsOptions } from './engine/runs-part.ts'
export { Runs, type StartOptions } from './engine/runs.ts'
export { type AppRuns, runsOf, type StartedRun } from './engine/runs-of.ts'
export { later, type LaterInput, type ServedLater, type ServedLaterOptions } from './job/later-part.ts'
export type { Callable, InputOfCallable, LaterOptions, ValueOfCallable } from './job/later.ts'
export { queue, type Queue, type QueueOptions } from './queue/queue.ts'
export type { Run, RunFacts, RunState, Wait } from './run/run.ts'
/** The commands that look after runs: `heddle runs …` and other surfaces call them. */
export * as runOperations from './operations/index.ts'
export type { RunStatus } from './ways/run-status.ts'
export { workflowExecutors } from './plan/executors.ts'
export { mustBeWorkflow } from './plan/child-workflows.ts'
export {
  checkWorkflowPlan,
  planWorkflow,
  type PlanWorkflow,
  type PlanWorkflowOptions,
  workflowSources,
} from './plan/plan-workflow.ts'
