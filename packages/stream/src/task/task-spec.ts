import type { z } from 'zod'
import type { AsyncStep } from '../operator/async-step.ts'
import type { Operator } from '../operator/operator.ts'
import type { NotFinite } from '../sink/not-finite.ts'
import type { Sink } from '../sink/sink.ts'
import type { Source } from '../source/source.ts'

/** What a step or a sink reads: a source, a step, or a side output of a step. */
export interface Reads {
  readonly name: string
  readonly side?: string
}

/** A source of a task, made ready. */
export interface SourceSpec {
  readonly name: string
  readonly source: Source
  /** The event time of a value, in milliseconds; without it what the source tells, else the time of arrival. */
  readonly timeOf?: (value: unknown) => unknown
  /** How far records may come out of order: the watermark stays so far behind. */
  readonly disorderMs: number
  /** How far ahead of the clock a record may be: one beyond is refused. Any where it is missing. */
  readonly aheadMs?: number
  /** After so long without a record a partition holds no watermark back; never where it is missing. */
  readonly idleMs?: number
  readonly decode: 'strict' | 'needed' | 'whole'
  readonly needed?: readonly (readonly string[])[]
  readonly schema?: z.ZodType
  readonly onError: 'deadLetter' | 'drop' | 'fail'
}

/** What becomes of a record that a step fails with. */
export type OnStepError = 'fail' | 'drop' | 'deadLetter'

/** A step of a task, made ready. */
export interface StepSpec {
  readonly id: string
  /** One for each input. Several for one input are a union. */
  readonly from: readonly (readonly Reads[])[]
  readonly run: { readonly operator: Operator } | { readonly asks: AsyncStep }
  readonly onError: OnStepError
  /** Where the input of a dead letter came from, instead of the record's name. */
  readonly originOf?: (value: unknown, time: number) => unknown
}

/** A sink of a task, made ready. */
export interface SinkSpec {
  readonly name: string
  readonly from: Reads
  readonly sink: Sink
  readonly schema?: z.ZodType
  /** Looks for numbers that no sink can take. Missing where its records have no numbers. */
  readonly notFinite?: NotFinite
}

/** All that a task consists of; the steps stand in an order in which each comes after those that it reads. */
export interface TaskSpec {
  readonly job: string
  readonly sources: readonly SourceSpec[]
  readonly steps: readonly StepSpec[]
  readonly sinks: readonly SinkSpec[]
}

/** How a task runs. */
export interface TaskSettings {
  /** How often a checkpoint is made. @default 1000 */
  readonly checkpointMs: number
  /** For how long a batch may take: its size follows. @default 5 */
  readonly latencyMs: number
  /** The largest batch, in records (limit `job.batch`). @default 8192 */
  readonly batch: number
  /** How many records wait for a sink that takes whole epochs, before one ends early (limit `job.outbox`). @default 10000 */
  readonly outbox: number
  /** How many checkpoints can be restored. @default 10 */
  readonly checkpoints: number
  /** About how much of the state is in memory at a time, in bytes (limit `job.memoryBytes`). @default 64 MiB */
  readonly memoryBytes?: number
  /** For how long a thread of a job that is to stop may say nothing before it is ended (limit `job.silence`). @default 10000 */
  readonly silenceMs: number
  /** More dead letters than `budget` within `perMs` end the job. */
  readonly errors?: { readonly budget: number; readonly perMs: number }
}

/** How tasks run unless it is said otherwise. */
export const usualSettings: TaskSettings = {
  checkpointMs: 1000,
  latencyMs: 5,
  batch: 8192,
  outbox: 10_000,
  checkpoints: 10,
  silenceMs: 10_000,
}
