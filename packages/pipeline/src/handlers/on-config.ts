import { parseDuration } from '@heddle/core'
import { z } from 'zod'
import { expressionText } from '../kinds/step-list.ts'

const span = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d|w)$/, 'Invalid duration: expected e.g. 250ms, 2s or 7d')
  .transform(parseDuration)

const event = z.string().describe('The full name of an event')

const settings = z.strictObject({
  event: z.union([event, z.array(event).min(1)]).describe('The events that it answers'),
  by: expressionText.optional().describe('What puts events into groups, read of their data as it, e.g. it.order'),
  debounce: span.optional().describe('Waits until no event of the group came for so long, and takes the last one'),
  batch: z
    .strictObject({
      size: z.int().min(1).max(1000).default(100).describe('Takes so many at once'),
      wait: span.default(1000).describe('Takes fewer when the first one has waited for so long'),
    })
    .optional()
    .describe('Gives the pipeline a list of what several events of the group tell'),
  dedupe: z
    .strictObject({
      by: expressionText.describe('What is the same in events that say the same'),
      for: span.default(24 * 60 * 60 * 1000).describe('For how long one is remembered'),
    })
    .optional()
    .describe('Leaves out events that say what was handled already'),
})

/** The type of what stands under `on` of a plan: the name of an event, several, or settings. */
export const onType = z
  .union([
    event.transform((one) => ({ event: one })),
    z
      .array(event)
      .min(1)
      .transform((many) => ({ event: many })),
    settings,
  ])
  .pipe(z.custom<Partial<z.output<typeof settings>> & Pick<z.output<typeof settings>, 'event'>>())

/** Which events a pipeline answers, and how they are gathered. Times are in milliseconds. */
export type OnConfig = z.output<typeof onType>

/** The names of the events. */
export const eventsOf = ({ event: named }: OnConfig): readonly string[] => [named].flat()
