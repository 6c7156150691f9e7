import type { Maybe } from '@heddle/core'
import type { Write } from '@heddle/data'
import type { Key } from '../record/record.ts'
import type { SinkRecord } from './sink.ts'

/** Rows as texts, by key: part of the state of a task. */
export interface AsideRows {
  get(key: Key): string | undefined
  set(key: Key, row: string): void
  delete(key: Key): void
}

/**
 * A sink of a plan whose state is built anew beside the one that runs. Nobody sees what it is given before its plan takes over:
 * then it is there at once, and what was there is gone.
 */
export interface AsideSink {
  /** Answers once it has room for more. The app is not to be asked for here: a plan may be built on a thread of its own. */
  write(records: readonly SinkRecord[]): Maybe<void>
  /**
   * What belongs into the unit with which its plan takes over. It is asked again where the commit lost a race. This is done in
   * the app, where the sink is opened for it once more if it was opened on another thread.
   *
   * @param held the rows that it has put aside
   */
  writes?(held: ReadonlyMap<Key, string>): Maybe<readonly Write[]>
  /** Its plan has taken over. */
  shown?(): void
}
