import type { Key } from '../record/record.ts'
import type { FiredTimer } from '../operator/operator.ts'
import type { SinkRecord } from '../sink/sink.ts'
import type { CellShapes, CellsOf } from './cells.ts'
import type { MigrateKey } from './file/migrate-step.ts'

/** The state of one step of a task: cells and timers of the key that was selected. */
export interface StepState {
  /** The same object for all keys: its cells are those of the key at work. */
  readonly cells: CellsOf<CellShapes>
  /** Makes a key the one at work. */
  select(key: Key): void
  readonly key: Key
  /** Sets a timer of the key at work; the same time counts once. */
  timer(time: number): void
  cancelTimer(time: number): void
  /** Takes the earliest timer that is due and selects its key; undefined when none is. Equal times go by key. */
  takeTimer(watermark: number): FiredTimer | undefined
  /** The time of the earliest timer, Infinity where there is none: to be asked without cost for each batch. */
  readonly firstTimer: number
  /** How many keys have state, and about how many bytes of it are in memory. */
  size(): { readonly keys: number; readonly memoryBytes: number }
}

/** What a checkpoint of the state wrote. */
export interface StateMark {
  readonly epoch: number
  /** Chained over all epochs: two files with the same hash hold the same state. */
  readonly hash: string
  readonly keys: number
  readonly bytes: number
}

/** Records that a checkpoint keeps until their sink has them. */
export interface Outbox {
  add(sink: string, record: SinkRecord): void
  /** How many records of the running epoch it holds. */
  readonly size: number
  /** The records of a durable epoch, in order, in pieces. */
  read(sink: string, epoch: number): Iterable<readonly SinkRecord[]>
  /** The durable epochs of which something is left for a sink, oldest first. */
  epochs(sink: string): readonly number[]
  /** The sink has it. It goes with the next checkpoint. */
  delivered(sink: string, epoch: number): void
}

/**
 * All state of one task, in a file of its own. What changed since the last checkpoint is written by the next one, and
 * only that; what does not fit into memory is read from the file when its key is at work.
 */
export interface TaskState {
  /** The state of a step; the cells say what it holds. */
  step(id: string, shapes: CellShapes): StepState
  readonly outbox: Outbox
  /** Makes everything durable as the state of this epoch, a greater one than before. Those before can still be restored. */
  checkpoint(epoch: number): StateMark
  /**
   * Goes back to an epoch that was kept, before any step is asked for: those asked for earlier are of no use any more. Epoch 0
   * with an empty hash is the empty beginning.
   *
   * @throws {Defect} StateDamaged, StateMissing
   */
  restore(epoch: number, hash: string): void
  /** The epochs that can be restored, oldest first. */
  kept(): readonly number[]
  /** Older epochs need not be restored any more. It goes with the next checkpoint. */
  forget(before: number): void
  /** Removes the state of a step: it was dropped from the plan. It goes with the next checkpoint. */
  drop(step: string): void
  /**
   * Gives the state of a step to one of another name, which has none yet. It goes with the next checkpoint.
   *
   * @throws {Defect} InvalidDefinition
   */
  rename(from: string, to: string): void
  /**
   * Changes the state of a step, key by key, before the step is asked for: cells of the new shapes hold what `migrate` gives.
   * It goes with the next checkpoint, whole or not at all.
   *
   * @returns how many keys were there
   * @throws {Defect} UnwritableState
   */
  migrate(step: string, shapes: CellShapes, migrate: MigrateKey): number
  /** The steps that have state in the file. */
  steps(): readonly string[]
  close(): void
}
