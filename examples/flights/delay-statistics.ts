import { z } from 'zod'

/** What is told of the delays of some flights. Minutes; less than 0 is early. */
export const delayStatistics = z.object({
  flights: z.int().describe('How many'),
  mean: z.number().describe('Mean delay, to a tenth of a minute'),
  median: z.int().describe('Half of the flights were at most so late'),
  p90: z.int().describe('Nine of ten flights were at most so late'),
})

/** A mean as it is told. */
export const toTenths = (minutes: number) => Math.round(minutes * 10) / 10
