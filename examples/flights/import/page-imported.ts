import { event } from 'heddle'
import { z } from 'zod'

/** A page of a file was kept. */
export const PageImported = event('flights.PageImported', {
  summary: 'A page of a file was kept',
  data: z.object({
    file: z.string(),
    first: z.int().describe('How many rows were read before it'),
    done: z.int().describe('How many rows are read now'),
    total: z.int(),
    refused: z.int().describe('How many rows of the file were refused so far'),
  }),
})
