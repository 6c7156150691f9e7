import { median } from './statistics.ts'
import type { Contender } from './types.ts'

/** The same contender, which also tells the median time from a call to its answer, in nanoseconds, as `latency`. */
export const timed = <Input>(contender: Contender<Input>): Contender<Input> => ({
  async open(operations) {
    const opened = await contender.open(operations)
    const times: number[] = []
    return {
      ...opened,
      async call(input) {
        const before = process.hrtime.bigint()
        const given = await opened.call(input)
        times.push(Number(process.hrtime.bigint() - before))
        return given
      },
      // The last ones: those before warmed up.
      figures: () => ({ latency: median(times.slice(-operations)) }),
    }
  },
})
