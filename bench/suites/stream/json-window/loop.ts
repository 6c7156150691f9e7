import type { Contender } from '../../../harness/types.ts'
import { Lines } from './lines.ts'
import { passes } from './passes.ts'
import { chunksOf, leastAmount, type Sale, saleBytes } from './records.ts'
import { TumblingCount } from './tumbling-count.ts'

/** By hand: JSON.parse of each line in a loop. */
export const contender: Contender = passes(async () => {
  const chunks = chunksOf(saleBytes())
  return () => {
    const [lines, window] = [new Lines(), new TumblingCount()]
    for (const chunk of chunks) {
      lines.push(chunk, (line) => {
        const sale = JSON.parse(line) as Sale
        if (sale.amount >= leastAmount) window.add(sale.user, sale.at)
      })
    }
    return window.end()
  }
})
