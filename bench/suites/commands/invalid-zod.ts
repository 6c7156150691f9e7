import type { Contender } from '../../harness/types.ts'
import { order } from './zod-schemas.ts'

interface Refused {
  readonly errors: readonly { readonly path: readonly PropertyKey[] }[]
}

/** Zod refuses; the caller looks at where the first issue lies. */
async function getTotal(input: unknown): Promise<Refused> {
  const parsed = order.safeParse(input)
  if (parsed.success || parsed.error.issues[0]?.path[0] === undefined) throw new Error('invalid input was accepted')
  return { errors: parsed.error.issues }
}

export const contender: Contender = {
  open: async () => ({
    call: getTotal,
    answer: ({ errors }: Refused) => errors.map(({ path }) => path.join('.')).toSorted(),
  }),
}
