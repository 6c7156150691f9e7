import type { Json } from '@heddle/core'
import { z } from 'zod'
import { defineSource, type PartitionReader, type Source, type SourceBatch } from './source.ts'

/** What a list source gives beside the values. */
export interface ListSourceOptions {
  /** The event time of a value, where the plan does not say. */
  readonly time?: (value: never, index: number) => number
  readonly key?: (value: never, index: number) => string | number | null
  readonly weight?: (value: never, index: number) => 1 | -1
}

/** Values by their place, so that many of them need not be in memory at once. */
export interface ListedValues {
  readonly length: number
  at(index: number): unknown
}

/**
 * A source of values that are in code: one list, or one for each partition. For tests, and for small tables.
 *
 * @example
 * listSource([{ id: 1, at: 0 }, { id: 2, at: 5 }], { time: ({ at }) => at })
 */
export function listSource(
  values: ListedValues | { readonly [partition: string]: ListedValues },
  { time, key, weight }: ListSourceOptions = {},
): Source {
  const lists: Readonly<Record<string, ListedValues>> = isList(values) ? { '0': values } : values
  return {
    kind: 'list',
    bounded: true,
    tellsTimes: time !== undefined,
    guarantees: { replays: true, ordered: true, rereads: true },
    describe: () => ({
      partitions: Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, list.length])),
    }),
    open: () => ({
      partitions: () => Object.keys(lists),
      openPartition: (partition, position) => readList(lists[partition] ?? [], position),
      close() {},
    }),
  }

  function readList(list: ListedValues, position: Json | undefined): PartitionReader {
    let next = typeof position === 'number' ? position : 0
    let isClosed = false
    return {
      read(max) {
        if (isClosed || next >= list.length) return undefined
        const from = next
        next = Math.min(list.length, from + max)
        const given = Array.from({ length: next - from }, (_, index) => list.at(from + index))
        const told = <Told>(of: ((value: never, index: number) => Told) | undefined) =>
          of && given.map((value, index) => of(value as never, from + index))
        const batch: SourceBatch = {
          values: given,
          position: next,
          times: told(time),
          keys: told(key),
          weights: told(weight),
        }
        return batch
      },
      lag: () => ({ records: list.length - next }),
      close() {
        isClosed = true
      },
    }
  }
}

const isList = (values: object): values is ListedValues => 'at' in values && typeof values.at === 'function'

const config = z.strictObject({
  values: z.array(z.json()).max(10_000),
  times: z.array(z.number()).optional().describe('The event time of each value, in milliseconds since 1970'),
})

/** The kind of source `list`. */
export const listKind = defineSource<z.output<typeof config>>({
  name: 'list',
  summary: 'Values that stand in the plan itself',
  config: config as z.ZodType<z.output<typeof config>>,
  short: 'values',
  examples: [{ values: [{ id: 1 }, { id: 2 }] }, { values: ['a', 'b'], times: [0, 1000] }],
  create: ({ values, times }) => listSource(values, times && { time: (_value, index) => times[index] ?? 0 }),
})
