import type { PlanPath } from '../plan/path.ts'

/** Whether a stream only grows, or may also withdraw what it told before. */
export type Flow = 'append' | 'changes'

/** A stream that a step names beside the one that it reads anyhow. */
export interface NamedStream {
  readonly path: PlanPath
  /** A step, a source, or `step.side`. */
  readonly name: string
}

/** What a kind is in a job. */
export interface JobRule<Config = unknown> {
  /** What its inputs may be. @default 'append' */
  accepts?(config: Config, input: number): Flow
  /** What it hands on. @default 'same' as its first input */
  emits?(config: Config): Flow | 'same'
  /** Why it withdraws what it told before, e.g. `it has lateness`; for messages. */
  because?(config: Config): string
  /** What is handed on: the record as it is, the record with fields added, or something that is made of it. */
  readonly value: 'same' | 'added' | 'made'
  /** The fields that are added to a record. */
  adds?(config: Config): readonly string[]
  /**
   * The fields that, with the parts of the key, name a result for good, so that a newer one replaces it; undefined where
   * each is one of its own.
   */
  results?(config: Config): readonly string[] | undefined
  /** Whether it needs the whole record, beside what its expressions read. @default false */
  takesAll?(config: Config): boolean
  /** Whether a step of it may say `if`: where that is not true, the record passes by. @default false */
  readonly mayPass?: true
  /** Side outputs: other steps and sinks read them as `step.side`. */
  sides?(config: Config): readonly string[]
  /** Whether it may give records another key, of which the check of a plan knows nothing. @default false */
  mayRekey?(config: Config): boolean
  /** The streams that it names. */
  reads?(config: Config): readonly NamedStream[]
  /** Whether it reads only those that it names, and no `from`. @default false */
  readonly readsOnlyNamed?: true
  /** Whether it is enough in itself, so that nobody has to read what it gives. @default false */
  readonly isEnd?: true
}
