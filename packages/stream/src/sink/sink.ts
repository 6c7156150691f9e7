import type { FailureJson, Json, Maybe, OpenApp, Ports } from '@heddle/core'
import type { Write } from '@heddle/data'
import type { ValueType } from '@heddle/pipeline'
import type { z } from 'zod'
import type { Log } from '../log/log.ts'
import type { Flow } from '../operator/operator.ts'
import type { Key, StreamRecord } from '../record/record.ts'
import type { Brought, JobPlace } from '../source/brought.ts'
import type { AppLog } from '../source/topic/app-log.ts'
import type { AsideRows, AsideSink } from './aside.ts'

/**
 * What a sink does with an epoch that is sent again.
 *
 * - `transactional`: it writes the number of the epoch with the records, and knows which one it has.
 * - `staged`: it writes aside before the checkpoint and finishes after it, e.g. a file that gets its name.
 * - `unit`: it is written in the unit of work that keeps the checkpoint, in the app's own database.
 * - `idempotent`: it knows the keys of the records, and takes each once.
 * - `plain`: it takes them again, so that a job is at least once.
 */
export type Delivery = 'transactional' | 'staged' | 'unit' | 'idempotent' | 'plain'

/**
 * What a sink makes of records that are told again after a job was put back to an earlier checkpoint.
 *
 * - `twice`: it takes them for others.
 * - `byName`: it drops them for as long as it knows their names.
 * - `replaced`: they take the place of those that it has.
 */
export type ToldAgain = 'twice' | 'byName' | 'replaced'

/** A record on its way out. */
export interface SinkRecord<Value = unknown> extends StreamRecord<Value> {
  /** Names the record for good: the same after each restart, however records are batched. */
  readonly id: string
}

/** What a sink is opened with. */
export interface SinkHost {
  readonly job: string
  /** The name of the sink in the plan. */
  readonly name: string
  readonly ports: Ports
  readonly app?: OpenApp
  /** The log of topics. @default that of the app */
  readonly log?: Log | AppLog
  readonly root: string
  readonly folder: string
  readonly schema?: z.ZodType
  /** Grows when the job begins anew: a call for a record is then another than before. @default 1 */
  readonly generation?: number
  /** Whose rows and calls it makes. @default 'main' */
  readonly tenant?: string
  readonly signal: AbortSignal
  /** Keeps a record that the sink cannot take as a dead letter, with the next checkpoint. Missing: the job fails. */
  readonly refuse?: (record: SinkRecord, errors: readonly FailureJson[]) => void
}

/**
 * A sink while a job runs. One epoch is delivered after the other. How it is driven depends on its delivery:
 *
 * - `plain`: `write(records)` as they come.
 * - `transactional`, `idempotent`: the checkpoint keeps the records of its epoch first; then `write(records, epoch)` with
 *   all of them in order, in one or several calls of which the last has `isLast`. After a restart `epoch()` of a
 *   transactional one says what it has; what it lacks is written again, the very same records.
 * - `staged`: `write(records, epoch)` as they come, aside; `stage(epoch)` makes durable what was written and says what is
 *   left to do; `finish(staged)` does it once the checkpoint is durable, and is called again after a restart, also where it was
 *   done already; `discard(staged)` at a start, before `finish`, removes what is aside and belongs to no checkpoint.
 * - `unit`: `write(records, epoch)` as they come; `writes(epoch)` gives what belongs into the unit of the checkpoint. It is
 *   asked again where the commit lost a race.
 *
 * Records of the next epoch may be written between `stage` and `finish`, and between `writes` and `written`.
 */
export interface OpenSink {
  /** Answers once it has room for more: that is how a slow sink holds a job back. */
  write(records: readonly SinkRecord[], epoch: number, isLast?: boolean): Maybe<void>
  epoch?(): Maybe<number>
  /** @param isEnd the job ends with this epoch: nothing stays open, e.g. the file that is written gets its name */
  stage?(epoch: number, isEnd?: boolean): Maybe<Json>
  finish?(staged: Json): Maybe<void>
  discard?(kept: Json | undefined): Maybe<void>
  writes?(epoch: number): Maybe<readonly Write[]>
  /** The unit of the epoch is durable: what is in memory of it can go, and watchers can be told. */
  written?(epoch: number): void
  /** It holds so much that the epoch should end: asks for a checkpoint as soon as one can be made. */
  isFull?(): boolean
  /** The job was deleted. */
  forget?(): Maybe<void>
  close(): Maybe<void>
}

/** A way out of a job. */
export interface Sink {
  /** The name of its kind, e.g. `table`. */
  readonly kind: string
  readonly delivery: Delivery
  /** Whether it can take back records. */
  readonly accepts: Flow
  /** It shows what is there now and promises nothing about it, so that it is no link of what a job promises. @default false */
  readonly provisional?: boolean
  /** As that of a source: where a job runs on a thread of its own, its records are copied to that of the app. @default false */
  readonly needsApp?: boolean
  /**
   * What it makes of records that are told again after the job was put back. Where nothing is said, a plain or transactional one
   * has them twice, an idempotent one knows their names, and all others replace them.
   */
  readonly toldAgain?: ToldAgain
  /** What it takes, where that is known. */
  readonly type?: ValueType
  /** The key under which a record replaces an older one; only for a sink of changes. */
  readonly key?: (record: SinkRecord) => Key
  describe(): Json
  /** Which fields of `describe()` say only how it writes. Where another one changes, it writes somewhere else. @default none */
  readonly how?: readonly string[]
  /** As those of a source; `place` where that is one itself. @default none */
  readonly paths?: readonly string[]
  /** As that of a source. */
  identity?(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, Json>> | undefined
  /**
   * What it fills by key and others may fill too, e.g. `the table "delays"`. Where state is built anew, the rows of the plan
   * before stay there, since it is not known which they are; `heddle check` and a reload say so.
   */
  readonly fills?: string
  /** Where it writes, where nobody else may write: two sinks of a plan with the same place are refused. */
  readonly place?: string
  /** What it adds to the app that the job is part of, e.g. the entity of its table. */
  brings?(place: JobPlace): Brought
  open(host: SinkHost): Maybe<OpenSink>
  /**
   * Opens it for a plan whose state is built anew beside the one that runs, where it shows what is there now and not what
   * came. Without it, nothing is told of the records up to the moment at which the plan takes over: the other one has told them.
   */
  aside?(host: SinkHost, rows: AsideRows): Maybe<AsideSink>
  /**
   * Whether what it puts aside is in the memory of the app, and not in the rows that it is given: records go there then, also
   * from a job on a thread of its own. @default false
   */
  readonly asideInApp?: boolean
}

/** What is known of the records that a sink is given, beside their type. */
export interface SinkInput {
  readonly flow: Flow
  /** The fields by which a result replaces an older one, e.g. what a window groups by and its `start`. */
  readonly keys?: readonly string[]
  /** False where it is sure that no record has a key, e.g. without a step `keyBy`. */
  readonly mayHaveKeys?: boolean
}

/** A kind of sink: one file each. */
export interface SinkKind<Config = unknown> {
  readonly name: string
  readonly summary: string
  readonly config: z.ZodType<Config>
  readonly short?: string
  readonly examples: readonly Json[]
  /** @param type what is known of the records that it is given */
  create(config: Config, type: ValueType, input?: SinkInput): Sink
  /**
   * Finishes what a staged sink of this kind left for a plan that does not have it any more, or has another one under its name, and
   * removes what belongs to no checkpoint. It may be called again. Without it all of that stays where it is.
   *
   * @param what the `place` of the sink, or else what it described
   * @param staged what the last checkpoint holds of it
   */
  leave?(what: Json, staged: Json, host: Pick<SinkHost, 'root' | 'ports'>): Maybe<void>
}

/** Declares a kind of sink, for plans and for code. */
export const defineSink = <Config>(kind: SinkKind<Config>): SinkKind<Config> => kind
