import { Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Contender } from '../../../harness/types.ts'
import { Lines } from './lines.ts'
import { passes } from './passes.ts'
import { chunksOf, leastAmount, type Sale, saleBytes } from './records.ts'
import { TumblingCount } from './tumbling-count.ts'

/** Streams of Node in object mode, one for each step. */
export const contender: Contender = passes(async () => {
  const chunks = chunksOf(saleBytes())
  return async () => {
    const [lines, window] = [new Lines(), new TumblingCount()]
    const cut = new Transform({
      readableObjectMode: true,
      transform(chunk: Buffer, _encoding, done) {
        lines.push(chunk, (line) => this.push(line))
        done()
      },
    })
    const parse = new Transform({
      objectMode: true,
      transform: (line: string, _encoding, done) => done(null, JSON.parse(line)),
    })
    const half = new Transform({
      objectMode: true,
      transform: (sale: Sale, _encoding, done) => (sale.amount >= leastAmount ? done(null, sale) : done()),
    })
    const count = new Writable({
      objectMode: true,
      write({ user, at }: Sale, _encoding, done) {
        window.add(user, at)
        done()
      },
    })
    await pipeline(Readable.from(chunks, { objectMode: false }), cut, parse, half, count)
    return window.end()
  }
})
