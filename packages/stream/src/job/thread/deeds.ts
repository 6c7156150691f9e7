import type { DeadLetter, FailureJson, Json, KeptOutcome, Maybe, NewDeadLetter, Severity } from '@heddle/core'
import type { Key, Row } from '@heddle/data'
import type { Plan } from '@heddle/pipeline'
import type { Frame } from '../../log/frame.ts'
import type {
  Appended,
  Log,
  LogRead,
  Maintained,
  NewFrame,
  Offsets,
  ProducerState,
  ReadOptions,
  TopicDescription,
  TopicOptions,
} from '../../log/log.ts'
import type { Key as RecordKey } from '../../record/record.ts'
import type { SinkRecord } from '../../sink/sink.ts'
import type { SourceBatch } from '../../source/source.ts'
import type { StateSection } from '../../state/compare.ts'
import type { Checkpoint, CheckpointCommit } from '../../task/checkpoint.ts'
import type { Lag, TaskReport } from '../../task/task-report.ts'
import type { MadeCheckpoint } from '../../task/task-setup.ts'
import type { TaskEnd } from '../../task/task.ts'
import type { Reach } from '../rebuild/shadow-task.ts'
import type { CarriedConfig } from './app-there.ts'
import type { CarriedError } from './carried-error.ts'

/** What a thread is told of the task that it is to open. */
export interface ThreadOpening {
  /** The modules in which the job is looked for, the most likely one first. */
  readonly modules: readonly string[]
  readonly job: string
  /** The plan that is to run, where the module may have another one. */
  readonly plan: Plan
  readonly hash: string
  readonly root: string
  readonly folder: string
  readonly tenant: string
  readonly generation: number
  readonly calls: number
  readonly isKept: boolean
  readonly restored: Checkpoint | undefined
  readonly stepsBefore: Readonly<Record<string, StateSection>> | undefined
  readonly lastEpoch: number | undefined
  /** Whether dead letters can be taken again. */
  readonly takesLetters: boolean
  /** How far the other plan has read, where this one is built anew behind it. */
  readonly reach: Reach | undefined
  readonly config: CarriedConfig
}

/** A row that was put aside, by its key. */
export type HeldRow = readonly [key: RecordKey, row: string]

/** What the thread of a job does when it is asked. */
export type ThreadDeeds = {
  open(opening: ThreadOpening): Promise<void>
  run(): Promise<TaskEnd>
  stop(): void
  replay(): void
  abort(cause: CarriedError): void
  close(): Promise<void>
  /** The plan behind which this one is built anew went on, or rests. */
  follow(reach: Reach): void
  /** Rows that a sink has put aside, a thousand at a time. @param from how many there are already */
  held(checkpoint: Checkpoint, sink: string, from: number): Promise<readonly HeldRow[]>
  /** A source of the app's thread has other partitions now. */
  partitionsChanged(source: string): void
  /** A sink of the app's thread cannot take a record. */
  refused(sink: string, record: SinkRecord, errors: readonly FailureJson[]): void
}

/** What the app's thread does for the thread of a job. */
export type AppDeeds = SourceDeeds &
  SinkDeeds &
  AsideDeeds &
  LogDeeds &
  StoreDeeds & {
    call(command: string, input: unknown, idempotencyKey: string | undefined): Promise<KeptOutcome>
    row(entity: string, key: Key): Maybe<Row | undefined>
    log(severity: Severity, message: string, fields: Record<string, unknown> | undefined): void
    /** All that the other plan has read so far was read. */
    reached(): void
    /** How the task is doing. It is told again and again, so that it is also known that the thread is alive. */
    does(report: TaskReport, counts: Readonly<Record<string, number>>): void
  }

/** A batch, and how far behind the partition is. */
export interface ReadBatch {
  readonly batch: SourceBatch | undefined
  readonly lag: Lag | undefined
}

/** What sources on the app's thread are asked for. */
export type SourceDeeds = {
  openSource(source: string): Promise<void>
  resumeSource(source: string, positions: Readonly<Record<string, Json>>): Promise<void>
  partitions(source: string): Promise<readonly string[]>
  openPartition(source: string, partition: string, position: Json | undefined): Promise<void>
  read(source: string, partition: string, max: number): Promise<ReadBatch>
  committed(source: string, partition: string, position: Json): Promise<void>
  closePartition(source: string, partition: string): Promise<void>
  closeSource(source: string): Promise<void>
}

/** What a sink on the app's thread can do beside taking records. */
export type SinkSkill = 'epoch' | 'stage' | 'finish' | 'discard'

/** What sinks on the app's thread are asked for. */
export type SinkDeeds = {
  openSink(sink: string): Promise<readonly SinkSkill[]>
  /** Answers whether the sink wants a checkpoint. */
  write(sink: string, records: readonly SinkRecord[], epoch: number, isLast: boolean | undefined): Promise<boolean>
  epochOf(sink: string): Promise<number>
  stage(sink: string, epoch: number, isEnd: boolean | undefined): Promise<Json>
  finish(sink: string, staged: Json): Promise<void>
  discard(sink: string, kept: Json | undefined): Promise<void>
  written(sink: string, epoch: number): void
  closeSink(sink: string): Promise<void>
}

/** What sinks on the app's thread are asked for that hold in memory what is put aside. */
export type AsideDeeds = {
  openAside(sink: string): Promise<void>
  writeAside(sink: string, records: readonly SinkRecord[]): Promise<void>
}

/** A frame on its way: its bytes are a copy of their own. */
export type CarriedFrame = ReturnType<Frame['parts']>

/** What the log of the app is asked for. */
export type LogDeeds = {
  logFacts(): Promise<Pick<Log, 'name' | 'guarantees'>>
  createTopic(name: string, options: TopicOptions | undefined): Promise<TopicDescription>
  openTopic(name: string): Promise<TopicDescription>
  topics(): Promise<readonly TopicDescription[]>
  removeTopic(name: string): Promise<void>
  append(topic: string, partition: number, frame: NewFrame): Promise<Appended>
  /** @param waits under which number it waits for records, where it does */
  readTopic(
    topic: string,
    partition: number,
    options: Omit<ReadOptions, 'wait'>,
    waits: number | undefined,
  ): Promise<Omit<LogRead, 'frames'> & { readonly frames: readonly CarriedFrame[] }>
  waitsNoMore(waits: number): void
  offsets(topic: string, partition: number): Promise<Offsets>
  offsetAt(topic: string, partition: number, time: number): Promise<number>
  producer(topic: string, partition: number, id: string): Promise<ProducerState | undefined>
  maintain(topic: string): Promise<Maintained>
}

/** What the store of checkpoints is asked for. */
export type StoreDeeds = {
  commit(commit: CheckpointCommit): Promise<void>
  queued(limit: number): Promise<readonly DeadLetter[]>
  putBack(letters: readonly NewDeadLetter[]): Promise<void>
  checkpointBegins(epoch: number): void
  checkpointEnds(epoch: number, made: MadeCheckpoint | undefined, error: CarriedError | undefined): void
}
