import type { Contender } from '../../../harness/types.ts'
import { Lines } from './lines.ts'
import { passes } from './passes.ts'
import { chunksOf, leastAmount, type Sale, saleBytes } from './records.ts'
import { TumblingCount } from './tumbling-count.ts'

/** Web streams, one for each step. */
export const contender: Contender = passes(async () => {
  const chunks = chunksOf(saleBytes())
  return async () => {
    const [lines, window] = [new Lines(), new TumblingCount()]
    const cut = new TransformStream<Buffer, string>({
      transform: (chunk, controller) => lines.push(chunk, (line) => controller.enqueue(line)),
    })
    const parse = new TransformStream<string, Sale>({
      transform: (line, controller) => controller.enqueue(JSON.parse(line) as Sale),
    })
    const half = new TransformStream<Sale, Sale>({
      transform(sale, controller) {
        if (sale.amount >= leastAmount) controller.enqueue(sale)
      },
    })
    const count = new WritableStream<Sale>({ write: ({ user, at }) => window.add(user, at) })
    let next = 0
    const source = new ReadableStream<Buffer>({
      pull(controller) {
        if (next < chunks.length) controller.enqueue(chunks[next++]!)
        else controller.close()
      },
    })
    await source.pipeThrough(cut).pipeThrough(parse).pipeThrough(half).pipeTo(count)
    return window.end()
  }
})
