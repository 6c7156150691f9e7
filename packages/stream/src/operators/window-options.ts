import type { Json } from '@heddle/core'
import type { Flow } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import type { NamedAggregate } from './fold.ts'
import type { KeyFunction } from './functions.ts'

/** Windows of a fixed length one after the other: [offset, offset + size), and so on to both sides. */
export interface Tumbling {
  readonly sizeMs: number
  /** Where a window begins, from 1970 UTC on. @default 0 */
  readonly offsetMs?: number
}

/** Windows of a fixed length, of which one begins every so often: a record is in several of them. */
export interface Hopping extends Tumbling {
  readonly everyMs: number
}

/** Which records belong together. */
export type Assign =
  | { readonly tumbling: Tumbling }
  | { readonly hopping: Hopping }
  /** A result for each record, over the span that ends with it. */
  | { readonly sliding: { readonly sizeMs: number } }
  /** Records with less than a gap between them. */
  | { readonly session: { readonly gapMs: number } }
  /** So many records in the order of their times; `every`: after so many the next window begins, by itself `size`. */
  | { readonly count: { readonly size: number; readonly every?: number } }
  /** All records. Without a trigger there is a result only at the end of a bounded source. */
  | { readonly global: true }

/** When a window tells what it has so far. */
export interface Trigger {
  /** In event time: at each multiple of this since the window began. */
  readonly everyMs?: number
  /** After so many records. */
  readonly count?: number
}

/** Which window a result is about. */
export interface WindowSpan {
  /** UTC, milliseconds since 1970. Undefined where a window has no bounds in time. */
  readonly start: number | undefined
  /** The first moment that is not in the window. */
  readonly end: number | undefined
}

/** What a window step does. */
export interface WindowOptions {
  readonly assign: Assign
  /** How long after its end a window still takes records, and tells anew what it has. @default 0 */
  readonly latenessMs?: number | undefined
  readonly trigger?: Trigger | undefined
  /**
   * Whether a result is told early or anew, with the one before withdrawn. Without, a window waits for the lateness and
   * is told once; of a global one each result is told, and none withdrawn.
   *
   * @default true
   */
  readonly revisions?: boolean | undefined
  /** The key of a record; without it the key stands that it has. */
  readonly key?: KeyFunction | undefined
  /** What the key is made of, e.g. `it.origin`: state that was kept of other keys does not fit. */
  readonly by?: Json | undefined
  readonly aggregates: readonly NamedAggregate[]
  /**
   * The value to tell, from the key, the window and the values of the aggregates in their order.
   *
   * @default `start`, `end` as times and the aggregates by their names
   */
  readonly give?: ((key: Key, span: WindowSpan, values: readonly unknown[]) => unknown) | undefined
  /** Whether records of weight −1 come in. @default 'append' */
  readonly reads?: Flow | undefined
}

/** The value that a window tells unless it is asked for another. */
export function usualValue(aggregates: readonly NamedAggregate[]): NonNullable<WindowOptions['give']> {
  return (_key, { start, end }, values) => ({
    ...(start !== undefined && { start: new Date(start) }),
    ...(end !== undefined && { end: new Date(end) }),
    ...Object.fromEntries(aggregates.map(({ name }, index) => [name, values[index]])),
  })
}

/** Whether a window tells a result more than once. */
export const isRevising = ({ revisions = true, latenessMs = 0, trigger }: WindowOptions): boolean =>
  revisions && (latenessMs > 0 || trigger !== undefined)

/** What shapes the state of a window: where it differs, what was kept does not fit. Lateness and triggers may change. */
export const shapeOf = (
  { by, aggregates, reads = 'append' }: Pick<WindowOptions, 'by' | 'aggregates' | 'reads'>,
  assign: Readonly<Record<string, Json>>,
): Json => ({
  ...assign,
  ...(by !== undefined && { by }),
  aggregates: aggregates.map(({ aggregate, madeOf = aggregate.name }) => madeOf),
  ...(reads === 'changes' && { reads }),
})
