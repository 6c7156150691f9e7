import type { Json, Maybe, OpenApp, Ports } from '@heddle/core'
import type { ValueType } from '@heddle/pipeline'
import type { z } from 'zod'
import type { Flow } from '../operator/operator.ts'
import type { Log } from '../log/log.ts'
import type { Brought, JobPlace } from './brought.ts'
import type { AppLog } from './topic/app-log.ts'

/** What a source can do, which decides what a job can promise. */
export interface SourceGuarantees {
  /** Whether it gives the same records again from a position that it told. Without it a job is at most once over a restart. */
  readonly replays: boolean
  /** Whether each partition gives them in the same order each time. */
  readonly ordered: boolean
  /**
   * Whether it can be read from its beginning again, with the same records in the same order: then the state of a job can be built
   * anew beside it. An open source may know of parts that are gone meanwhile (`OpenSource.rereads`). @default false
   */
  readonly rereads?: boolean
}

/** What a source is opened with. */
export interface SourceHost {
  readonly job: string
  /** The name of the source in the plan. */
  readonly name: string
  readonly ports: Ports
  /** Missing where a job runs without an app, e.g. in a test of the source. */
  readonly app?: OpenApp
  /** The log of topics. @default that of the app */
  readonly log?: Log | AppLog
  /** Whose events and records it reads. @default 'main' */
  readonly tenant?: string
  /** Relative paths count from here. */
  readonly root: string
  /** Where the app keeps its data. */
  readonly folder: string
  /** The type of a value, where the plan states it or the source knows it. */
  readonly schema?: z.ZodType
  /** The paths of fields that the plan reads, where the others need not be decoded. */
  readonly needed?: readonly (readonly string[])[]
  readonly decode: 'strict' | 'needed' | 'whole'
  readonly signal: AbortSignal
}

/** A record that could not be read. */
export interface UnreadRecord {
  /** How many values of the batch stand before it. */
  readonly index: number
  /** Where it stands, e.g. `flights.ndjson:17`. */
  readonly origin: string
  /** As it was, where it is a text cut to 8,192 characters. */
  readonly input: unknown
  /** Of a row of CSV: what its fields are called, as the header of its file told them. Its dead letter keeps them. */
  readonly columns?: readonly string[]
  readonly errors: readonly {
    readonly code: string
    readonly message: string
    readonly path?: readonly (string | number)[]
  }[]
}

/** A record that is read anew, as the source is declared now. */
export type Reread =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errors: UnreadRecord['errors'] }

/** On which lines the records of a batch stand, each on the one behind that of the record before where nothing else is said. */
export interface RecordLines {
  /** What the lines are of, e.g. `flights.ndjson`. */
  readonly of: string
  /** That of the first record, from 1. */
  readonly first: number
  /** Before which records, unread ones counted too, there are how many more lines. */
  readonly skips?: readonly { readonly index: number; readonly lines: number }[]
}

/** What a partition gives at a time. */
export interface SourceBatch {
  readonly values: readonly unknown[]
  /** From where to go on behind this batch; given back to `openPartition` after a restart. Plain JSON. */
  readonly position: Json
  /** Event times of the values, where the source knows them and the plan does not say. */
  readonly times?: readonly number[]
  /** Keys of the values, where the source knows them. */
  readonly keys?: readonly (string | number | null)[]
  /** −1 for what is withdrawn; missing where all are +1. */
  readonly weights?: readonly (1 | -1)[]
  readonly unread?: readonly UnreadRecord[]
  /** Where the records stand in a file: dead letters of steps and sinks tell it. */
  readonly lines?: RecordLines
  /** No record before this time will follow, where the source knows it. */
  readonly watermark?: number
}

/** One ordered lane of a source. */
export interface PartitionReader {
  /**
   * The next records, at most `max` of them, unread ones counted too; undefined at the end of a source that ends, and of
   * one that is closed or aborted while it waits. Answers at once where it can, and waits where there is nothing yet. It is
   * not called again before it answered.
   */
  read(max: number): Maybe<SourceBatch | undefined>
  /** Everything up to a position is part of a durable checkpoint: it may be forgotten or acknowledged. */
  committed?(position: Json): Maybe<void>
  /** How many records, bytes or milliseconds it is behind the newest, where that is known. */
  lag?(): { readonly records?: number; readonly bytes?: number; readonly ms?: number } | undefined
  close(): Maybe<void>
}

/** A source while a job runs. */
export interface OpenSource {
  /** Is told first where partitions stand that were read before a restart, also those that are not there any more. */
  resume?(positions: Readonly<Record<string, Json>>): Maybe<void>
  /** The partitions that are there now. */
  partitions(): Maybe<readonly string[]>
  /** Calls back when there are others, e.g. another file in a folder. Returns how to stop. */
  onPartitions?(changed: () => void): () => void
  /** @param position what it told last, or undefined to begin */
  openPartition(partition: string, position: Json | undefined): Maybe<PartitionReader>
  /** Of a source that can be read again: whether everything before a position of a partition is still there. */
  rereads?(partition: string, position: Json): Maybe<boolean>
  /**
   * Reads anew what was told as `input` of a record that could not be read, when its dead letter is replayed. Where it is
   * missing or gives undefined, texts are decoded as JSON, and all else is checked against the type.
   *
   * @param from what else was told of the record
   */
  readLetter?(input: unknown, from: Pick<UnreadRecord, 'origin' | 'columns'>): Reread | undefined
  /** The job was deleted: what the source keeps elsewhere for it is removed, e.g. a replication slot. */
  forget?(): Maybe<void>
  close(): Maybe<void>
}

/** A way into a job. */
export interface Source {
  /** The name of its kind, e.g. `file`. */
  readonly kind: string
  readonly guarantees: SourceGuarantees
  /** Whether it ends by itself, e.g. a file that is not followed. */
  readonly bounded: boolean
  /**
   * How often it looks for records, in milliseconds, where it does so in a rhythm of its own: what is between two looks is no
   * silence, and it is not taken to be silent before twice as long has passed, unless the plan says (`idle`).
   */
  readonly everyMs?: number
  /** What is known of its values where the plan does not state a type. */
  readonly type?: ValueType
  /** Whether it tells the event time of each value. Without it, and without one in the plan, that is the time of arrival. @default false */
  readonly tellsTimes?: boolean
  /** The type of the keys that it gives to its values; without it, they have none. */
  readonly key?: ValueType
  /** Whether it may withdraw values. @default 'append' */
  readonly emits?: Flow
  /**
   * It reaches into the app, or into what the app's thread holds: where a job runs on a thread of its own, the source is opened
   * on that of the app, and its batches are copied over. One that does not is opened on the thread of the job, without an app.
   *
   * @default false
   */
  readonly needsApp?: boolean
  /** For `explain`: what it reads, without secrets. */
  describe(): Json
  /**
   * Which fields of `describe()` say only how it reads, e.g. how often. Where another one changes, it reads something else, and a
   * job does not go on from where it was. @default none
   */
  readonly how?: readonly string[]
  /** Which fields of `describe()` are paths: `./a` and `a` are the same one. @default none */
  readonly paths?: readonly string[]
  /** Why it cannot be read from its beginning again, where its settings say so: people are told it where that is missed. */
  readonly once?: string
  /**
   * By fields of `describe()` that do not tell all of the place, e.g. a masked address: what does, without who is let in, so that a
   * password may change. Kept as a digest alone. Undefined where it is not known, e.g. for want of a variable.
   */
  identity?(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, Json>> | undefined
  /** What it adds to the app that the job is part of, e.g. the command by which records are pushed. */
  brings?(place: JobPlace): Brought
  open(host: SourceHost): Maybe<OpenSource>
}

/** A kind of source: one file each. */
export interface SourceKind<Config = unknown> {
  readonly name: string
  /** One line, for tables and completion. */
  readonly summary: string
  readonly config: z.ZodType<Config>
  /** The field that a bare value stands for: `file: a.ndjson` is `file: { path: a.ndjson }`. */
  readonly short?: string
  readonly examples: readonly Json[]
  create(config: Config): Source
}

/**
 * Declares a kind of source, for plans and for code.
 *
 * @example
 * export const ticks = defineSource({
 *   name: 'ticks',
 *   summary: 'Numbers, one after the other',
 *   config: z.object({ until: z.int() }),
 *   examples: [{ until: 10 }],
 *   create: ({ until }) => ({ kind: 'ticks', bounded: true, guarantees: { replays: true, ordered: true }, … }),
 * })
 */
export const defineSource = <Config>(kind: SourceKind<Config>): SourceKind<Config> => kind
