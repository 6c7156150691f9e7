import { app } from '@heddle/core'
import type { Contender } from '../../harness/types.ts'
import { getTotal } from './heddle.ts'

interface Refused {
  readonly errors: readonly { readonly path: readonly (string | number)[] }[]
}

/** A call with invalid input; the caller looks at where the first error lies. */
export const contender: Contender = {
  async open() {
    const bench = await app('bench', { parts: [getTotal] }).open({ mode: 'production' })
    return {
      async call(input) {
        const outcome = await bench.call(getTotal, input as never)
        if (outcome.ok || outcome.errors[0]?.path[0] === undefined) throw new Error('invalid input was accepted')
        return outcome
      },
      answer: ({ errors }: Refused) => errors.map(({ path }) => path.join('.')).toSorted(),
      close: () => bench.close(),
    }
  },
}
