import type { DeadLetter, DeadLetters } from '@heddle/core'
import { z } from 'zod'

/** Which dead letters are meant. */
export const matchType = z.object({
  command: z.string().optional().describe('Only of this command'),
  job: z.string().optional().describe('Only records of this job'),
  step: z.string().optional().describe('Only those of this step, source or sink of jobs'),
  code: z.string().optional().describe('Only those that failed with this code'),
})

const pageLimit = 200

/** The letters of a tenant that match, the oldest first, read a page at a time. */
export async function* matching(
  letters: DeadLetters,
  tenant: string,
  { command, code, job, step }: z.infer<typeof matchType>,
  after?: string,
): AsyncGenerator<DeadLetter, void> {
  // One place of one job is found by its name.
  const named = job === undefined || step === undefined ? command : `${job}/${step}`
  const isMeant = (letter: DeadLetter) =>
    (command === undefined || letter.command === command) &&
    (job === undefined || letter.command.startsWith(`${job}/`)) &&
    (step === undefined || letter.command.endsWith(`/${step}`)) &&
    (code === undefined || letter.errors.some((error) => error.code === code))
  for (let last = after; ;) {
    const page = await letters.list({ tenant, command: named, after: last, limit: pageLimit })
    for (const letter of page) if (isMeant(letter)) yield letter
    if (page.length < pageLimit) return
    last = page.at(-1)!.id
  }
}
