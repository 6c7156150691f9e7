import { filter, from, map, mergeMap, Observable, reduce, lastValueFrom } from 'rxjs'
import type { Contender } from '../../../harness/types.ts'
import { Lines } from './lines.ts'
import { passes } from './passes.ts'
import { chunksOf, leastAmount, type Sale, saleBytes } from './records.ts'
import { TumblingCount } from './tumbling-count.ts'

/** RxJS: an observable of lines, `map`, `filter`, and the window in `reduce`. */
export const contender: Contender = passes(async () => {
  const chunks = chunksOf(saleBytes())
  return async () => {
    const lines = new Lines()
    const cut = (chunk: Buffer) =>
      new Observable<string>((observer) => {
        lines.push(chunk, (line) => observer.next(line))
        observer.complete()
      })
    const window = await lastValueFrom(
      from(chunks).pipe(
        mergeMap(cut),
        map((line) => JSON.parse(line) as Sale),
        filter(({ amount }) => amount >= leastAmount),
        reduce((counts, { user, at }) => {
          counts.add(user, at)
          return counts
        }, new TumblingCount()),
      ),
    )
    return window.end()
  }
})
