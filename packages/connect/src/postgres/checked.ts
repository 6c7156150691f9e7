import { compileSchema, inputFailures, Issues } from '@heddle/core'
import type { PartitionReader, SourceBatch, UnreadRecord } from '@heddle/stream'
import type { z } from 'zod'

/** Characters of a record that does not fit its type that are kept. */
const keptCharacters = 1000

/** A reader whose values fit a type; what does not is told as unread. */
export function checkedReader(reader: PartitionReader, schema: z.ZodType, origin: string): PartitionReader {
  const compiled = compileSchema(schema)
  const check = (batch: SourceBatch): SourceBatch => {
    const { values, times, keys, weights, ...rest } = batch
    const good: unknown[] = []
    const places: number[] = []
    const unread: UnreadRecord[] = []
    for (const [place, value] of values.entries()) {
      const checked = compiled.run(value)
      if (checked instanceof Issues) {
        const errors = inputFailures(checked).map(({ code, message, path }) => ({ code, message, path }))
        unread.push({ index: good.length, origin, input: JSON.stringify(value).slice(0, keptCharacters), errors })
      } else {
        good.push(checked)
        places.push(place)
      }
    }
    if (unread.length === 0) return { ...batch, values: good }
    const of = <Item>(list: readonly Item[]) => places.map((place) => list[place]!)
    return {
      ...rest,
      values: good,
      ...(times && { times: of(times) }),
      ...(keys && { keys: of(keys) }),
      ...(weights && { weights: of(weights) }),
      unread,
    }
  }
  return {
    async read(max) {
      const batch = await reader.read(max)
      return batch && check(batch)
    },
    committed: (position) => reader.committed?.(position),
    lag: () => reader.lag?.(),
    close: () => reader.close(),
  }
}
