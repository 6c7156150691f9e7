import { z } from 'zod'
import { defineAggregate } from './aggregate.ts'
import { valueText } from './value-text.ts'

/** How many different values there are, and how often each is there by its text. */
const state = z.object({ count: z.int(), values: z.record(z.string(), z.int()) })

type Counted = z.output<typeof state>

/** How many different values there are, counted exactly: it keeps each of them. */
export const distinct = defineAggregate({
  name: 'distinct',
  state,
  initial: (): Counted => ({ count: 0, values: {} }),
  add(counted: Counted, value: unknown) {
    change(counted, valueText(value), 1)
    return counted
  },
  retract(counted, value) {
    change(counted, valueText(value), -1)
    return counted
  },
  merge(counted, other) {
    for (const [text, times] of Object.entries(other.values)) change(counted, text, times)
    return counted
  },
  result: ({ count }) => count,
})

function change(counted: Counted, text: string, by: number): void {
  const { values } = counted
  const before = values[text]
  if (before === undefined) {
    values[text] = by
    counted.count += 1
  } else if (before + by === 0) {
    delete values[text]
    counted.count -= 1
  } else values[text] = before + by
}
