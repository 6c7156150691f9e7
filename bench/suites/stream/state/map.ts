import type { Contender } from '../../../harness/types.ts'
import { keyOf } from './counting.ts'

/** By hand: a Map of objects, which nobody keeps. */
const counting = (keys: number): Contender<number> => ({
  async open() {
    const names = Array.from({ length: keys }, (_, index) => keyOf(index))
    const sums = new Map(names.map((name, index) => [name, { n: 1, total: index }]))
    let at = 0
    return {
      call: (index) => sums.get(keyOf(index))!.n,
      answer: (n: number) => n > 0,
      async drive(operations) {
        for (let done = 0; done < operations; done++) {
          const held = sums.get(names[at]!)!
          held.n++
          held.total += at
          at = (at + 7_368_787) % keys
        }
      },
    }
  },
})

export const contender = counting(1000)
