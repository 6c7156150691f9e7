import type { DeadLetter, Json, Maybe, NewDeadLetter } from '@heddle/core'
import type { Write } from '@heddle/data'

/** How far a partition was read. */
export interface LanePlace {
  readonly position: Json
  /** How many records were read of it. */
  readonly offset: number
  /** The greatest event time; missing before the first record. */
  readonly time?: number
  /** A watermark that the source told itself. */
  readonly watermark?: number
  /** It came to its end. */
  readonly ended?: true
  /** It was silent for so long that it held no watermark back. */
  readonly idle?: true
}

/** A moment of a job from which it can go on: plain JSON. */
export interface Checkpoint {
  /** Numbers the stretches between two checkpoints, from 1. */
  readonly epoch: number
  /** Of the state file. */
  readonly hash: string
  /** Source → partition → place. */
  readonly lanes: { readonly [source: string]: { readonly [partition: string]: LanePlace } }
  /** Sink → what is left to be finished. */
  readonly staged: { readonly [sink: string]: Json }
  /** Source → its watermark, where it has one: that of its partitions alone could be behind, as some were silent. */
  readonly sources?: { readonly [source: string]: number }
  /** Sources that were silent as a whole for so long that they held nobody up. */
  readonly silent?: readonly string[]
  /** Step → its watermark, where it has one. */
  readonly watermarks: { readonly [step: string]: number }
  /** What was counted since the job was declared. */
  readonly counts: { readonly [name: string]: number }
}

/** What is committed together with a checkpoint. */
export interface CheckpointCommit {
  readonly checkpoint: Checkpoint
  readonly writes: readonly Write[]
  readonly letters: readonly NewDeadLetter[]
  /** The ids of letters whose records were taken again: they go. */
  readonly replayed: readonly string[]
}

/** Keeps the checkpoints of a job. */
export interface CheckpointStore {
  /** Durable once it answers. @throws {Failure} LeaseLost where another process has the job by now */
  commit(commit: CheckpointCommit): Maybe<void>
  /** The letters that wait to be taken again, oldest first. Missing where none can. */
  queued?(limit: number): Maybe<readonly DeadLetter[]>
  /** Puts letters back whose replay ended the task. */
  putBack?(letters: readonly NewDeadLetter[]): Maybe<void>
}
