import type { AnyEntity } from '@heddle/data'
import type { PipelineOptions } from '@heddle/pipeline'
import type { JobAggregate, JobOperator } from '../operators/executor.ts'
import type { Sink, SinkKind } from '../sink/sink.ts'
import type { Source, SourceKind } from '../source/source.ts'
import type { MigrateKey } from '../state/file/migrate-step.ts'
import type { TaskSettings } from '../task/task-spec.ts'

/** Changes the state of a step, key by key, once: before its job goes on with another plan. */
export interface StateMigration {
  readonly name: string
  readonly migrate: MigrateKey
}

/** What the names in the plan of a job mean, and how it runs. */
export interface JobOptions extends Omit<PipelineOptions, 'events' | 'optimize'> {
  /** Sources that are given in code: a plan names them `source: { given: flights }`. */
  readonly sources?: Readonly<Record<string, Source>>
  /** Sinks that are given in code: a plan names them `sink: { given: out }`. */
  readonly sinks?: Readonly<Record<string, Sink>>
  /** Kinds of sources beside those that are built in, e.g. `postgres`. */
  readonly sourceKinds?: readonly SourceKind[]
  readonly sinkKinds?: readonly SinkKind[]
  /** Operators of one's own, by the names that plans give them. */
  readonly operators?: Readonly<Record<string, JobOperator>>
  readonly aggregates?: readonly JobAggregate[]
  /** Entities that steps read. */
  readonly entities?: readonly AnyEntity[]
  /** Step → what it was called in plans before: its state is that one's. */
  readonly renamed?: Readonly<Record<string, string>>
  /** Step → how the state that another plan left is changed into what this one keeps. */
  readonly migrations?: Readonly<Record<string, StateMigration>>
  /** Whose records it makes, and as whom it calls. @default 'main' */
  readonly tenant?: string
  /** Whether a new job begins by itself. @default true */
  readonly autostart?: boolean
  /**
   * The module that exports the job, `import.meta.url` where that is: a job with `place: thread` is imported from there by its
   * thread. An app that is started by the tool needs none.
   */
  readonly module?: string
  /** Limits and times, where the usual ones do not fit. */
  readonly settings?: Partial<TaskSettings>
}
