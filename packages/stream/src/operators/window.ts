import { Defect } from '@heddle/core'
import type { Operator } from '../operator/operator.ts'
import { checkRetracting } from './fold.ts'
import { alignedWindow } from './window-aligned.ts'
import { globalWindow } from './window-global.ts'
import { orderedWindow } from './window-ordered.ts'
import { sessionWindow } from './window-session.ts'
import type { WindowOptions } from './window-options.ts'

/**
 * Groups records by key and time, and tells aggregates of each group. A result is told once the watermark has reached the
 * last moment of the window, and has that moment as its time. With a lateness or a trigger it may be told more often:
 * then the one before is withdrawn, and each has an id of its own. Records that are too late for all their windows go to
 * the side output `late`.
 *
 * @throws {Defect} InvalidDefinition where the windows and the aggregates do not go together
 * @example In a plan: `window: { tumbling: 1h, by: it.origin }` and `aggregate: { flights: count(), mean: avg(it.delay) }`
 * @example windowOperator({ assign: { tumbling: { sizeMs: 3_600_000 } }, key: (flight) => flight.origin, aggregates: [{ name: 'flights', aggregate: count }] })
 */
export function windowOperator(options: WindowOptions): Operator {
  const { assign, aggregates, reads = 'append', latenessMs = 0, trigger } = options
  checkRetracting(aggregates, reads)
  if ('tumbling' in assign) return alignedWindow(options, { ...assign.tumbling, everyMs: assign.tumbling.sizeMs })
  if ('hopping' in assign) return alignedWindow(options, assign.hopping)
  if ('global' in assign) {
    if (latenessMs > 0) throw refused('a global window has no end, so it takes no lateness')
    return globalWindow(options)
  }
  if (reads === 'changes') throw refused('sessions, sliding windows and windows of a count read streams that only grow')
  if ('session' in assign) {
    const stuck = aggregates.find(({ aggregate }) => aggregate.merge === undefined)
    if (stuck) throw refused(`the aggregate "${stuck.name}" has no merge, which sessions need that are joined`)
    return sessionWindow(options, assign.session.gapMs)
  }
  if (latenessMs > 0 || trigger !== undefined) {
    throw refused('sliding windows and windows of a count take no lateness and no trigger')
  }
  if ('sliding' in assign) return orderedWindow(options, assign.sliding)
  const { size, every = size } = assign.count
  return orderedWindow(options, { size, every })
}

const refused = (reason: string): Defect => new Defect('InvalidDefinition', { name: 'A window', reason })
