import { Ajv } from 'ajv'
import type { Contender } from '../../harness/types.ts'
import { order } from './json-schemas.ts'

interface Refused {
  readonly errors: readonly { readonly instancePath: string }[]
}

const check = new Ajv({ allErrors: true }).compile(order)

/** Ajv refuses with all errors; the caller looks at where the first one lies. */
async function getTotal(input: unknown): Promise<Refused> {
  if (check(input) || check.errors?.[0]?.instancePath === undefined) throw new Error('invalid input was accepted')
  return { errors: check.errors }
}

export const contender: Contender = {
  open: async () => ({
    call: getTotal,
    answer: ({ errors }: Refused) => errors.map(({ instancePath }) => instancePath.slice(1)).toSorted(),
  }),
}
