import type { DeadLetter, DeadLetters } from '@heddle/core'
import { z } from 'zod'

/** Which dead letters are meant. */
export const matchType = z.object({
  command: z.string().optional().describe('Only of this command'),
  code: z.string().optional().describe('Only those that failed with this code'),
})

const pageLimit = 200

/** The letters of a tenant that match, the oldest first, read a page at a time. */
export async function* matching(
  letters: DeadLetters,
  tenant: string,
  { command, code }: z.infer<typeof matchType>,
  after?: string,
): AsyncGenerator<DeadLetter, void> {
  for (let last = after; ;) {
    const page = await letters.list({ tenant, command, after: last, limit: pageLimit })
    for (const letter of page)
      if (code === undefined || letter.errors.some((error) => error.code === code)) yield letter
    if (page.length < pageLimit) return
    last = page.at(-1)!.id
  }
}
