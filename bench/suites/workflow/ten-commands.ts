import { type Command, command } from '@heddle/core'
import { z } from 'zod'

/** What goes from step to step. */
export const parcel = z.object({ id: z.string(), weight: z.number(), label: z.string() })

/** What goes from step to step. */
export type Parcel = z.output<typeof parcel>

type Change = (parcel: Parcel) => Parcel

const changes: readonly Change[] = Array.from({ length: 10 }, (_, index): Change => ({ id, weight, label }) => ({
  id,
  weight: weight + index,
  label,
}))

/** Ten commands with trivial bodies, each of which takes what the one before gives. */
export const commands: readonly Command<string, Parcel, Parcel>[] = changes.map((change, index) =>
  command(`bench.Pass${index}`, {
    input: parcel,
    output: parcel,
    access: 'public',
    run: ({ input }) => change(input),
  }),
)

/** The inputs. */
export const parcels: readonly Parcel[] = Array.from({ length: 256 }, (_, index) => ({
  id: `parcel-${index}`,
  weight: 1 + (index % 30),
  label: `from customer ${index} to customer ${index + 1}`,
}))

/** What each contender must answer. */
export const passed = (input: Parcel): Parcel => changes.reduce((parcel, change) => change(parcel), input)
