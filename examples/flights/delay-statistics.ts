import { z } from 'zod'

/** What is told of many delays. Minutes; less than 0 is early. */
export const delayStatistics = z.object({
  flights: z.int().describe('How many'),
  mean: z.number().describe('Mean delay, to a tenth of a minute'),
  median: z.int().describe('Half of the flights were at most so late'),
  p90: z.int().describe('Nine of ten flights were at most so late'),
})

export type DelayStatistics = z.infer<typeof delayStatistics>

/** Sums up delays, at least one. Percentiles are by nearest rank, so each is the delay of a flight. */
export function summarizeDelays(delays: readonly number[]): DelayStatistics {
  const sorted = delays.toSorted((left, right) => left - right)
  const sum = sorted.reduce((total, delay) => total + delay, 0)
  // In whole numbers, because 0.9 times a count can come out beside the rank.
  const atMost = (percent: number) => sorted[Math.ceil((percent * sorted.length) / 100) - 1]!
  return {
    flights: sorted.length,
    mean: Math.round((sum * 10) / sorted.length) / 10,
    median: atMost(50),
    p90: atMost(90),
  }
}
