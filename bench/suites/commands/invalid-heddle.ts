import { app } from '@heddle/core'
import type { Contender } from '../../harness/types.ts'
import { getTotal } from './heddle.ts'

interface Refused {
  readonly errors: readonly { readonly path: readonly (string | number)[] }[]
}

/** A call with invalid input: every failure is made, with its path; `answer` looks at where each one lies. */
export const contender: Contender = {
  async open() {
    const bench = await app('bench', { parts: [getTotal] }).open({ mode: 'production' })
    return {
      // The one promise that the call gives, as each peer is one async function.
      call: (input) => bench.call(getTotal, input as never),
      answer: ({ errors }: Refused) => errors.map(({ path }) => path.join('.')).toSorted(),
      close: () => bench.close(),
    }
  },
}
