import type { OpenApp, Part } from '@heddle/core'

/** How far a handler, a projection or a relay to another engine is. */
export interface ReaderProgress {
  readonly name: string
  readonly kind: 'handler' | 'projection' | 'relay'
  /** Everything up to this offset is done. */
  readonly offset: number
  /** How many events of the database lie behind that offset, also those that it does not read. */
  readonly behind: number
  /** How long it took from emitting the event that was done last to its end, in milliseconds; missing before the first. */
  readonly lagMs?: number
  /** What keeps it from going on, while something does. */
  readonly trouble?: string
}

/** A part that reads events. */
export interface ReaderPart extends Part {
  progress(): Promise<ReaderProgress>
}

/**
 * How far each reader of events of an open app is: for metrics, and for tests that wait for them.
 *
 * @example const [{ behind, lagMs }] = await readersOf(bank)
 */
export function readersOf(app: OpenApp): Promise<readonly ReaderProgress[]> {
  const readers = app.parts.filter((part): part is ReaderPart => 'progress' in part)
  return Promise.all(readers.map((reader) => reader.progress()))
}
