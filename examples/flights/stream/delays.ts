import { job } from 'heddle'
import { z } from 'zod'
import { Airport } from '../airport.ts'
import { datasets } from './departures.ts'
import { flightReplay, parseSpeed } from './replay.ts'

/** What can be set of the replay: `--set speed=6h/s`, or `--speed 6h/s`. */
export const replayConfig = z.object({
  speed: z
    .string()
    .refine((text) => {
      try {
        return parseSpeed(text) > 0
      } catch {
        return false
      }
    }, 'Expected e.g. 1d/s, 6h/s or max')
    .default('1d/s')
    .describe('How much time of the flights passes in a second, e.g. 1d/s; max: as fast as it can be'),
  dataset: z.enum(datasets).default('20k').describe('20,000 flights of three months, or 3 million of a half year'),
})

/** The delays of real flights, streamed as if they were reported now. */
export const delays = job(new URL('./delays.yaml', import.meta.url), {
  entities: [Airport],
  sources: {
    replay: flightReplay(({ app }) => ({ ...replayConfig.parse(app?.config ?? {}), seed: 1 })),
  },
})
