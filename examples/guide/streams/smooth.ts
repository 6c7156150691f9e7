import { type JobOperator, operator, value } from 'heddle/stream'
import { z } from 'zod'

const delay = z.object({ origin: z.string(), delay: z.number() })

/** The delay of each airport, smoothed: the newest one counts by `factor`. */
export const smoothDelays = (factor: number) =>
  operator({
    kind: 'smooth',
    shape: { factor },
    key: (given) => (given as z.output<typeof delay>).origin,
    state: { mean: value(z.number()) },
    onRecord({ value: given, time }, { mean }, out) {
      const { origin, delay: newest } = given as z.output<typeof delay>
      const before = mean.get() ?? newest
      mean.set(before + factor * (newest - before))
      out.emit({ origin, delay: mean.get() }, time)
    },
  })

/** The same under a name for plans: `operator: { name: smooth, config: { factor: 0.5 } }`. */
export const smooth: JobOperator<{ factor: number }> = {
  config: z.strictObject({ factor: z.number().positive().max(1) }),
  output: delay,
  create: ({ factor }) => smoothDelays(factor),
}
