import { z } from 'zod'
import { operator, type Operator, type Out } from '../operator/operator.ts'
import { value } from '../state/cells.ts'
import { type Pane, Panes } from './pane.ts'
import { isRevising, shapeOf, type WindowOptions } from './window-options.ts'

/** What a key has so far, and the latest time of its records. */
interface Whole extends Pane {
  latest: number
  /** How many came since it was told. */
  since?: number
}

/** The last moment that there is: the watermark reaches it at the end of bounded sources. */
const endOfTime = 8.64e15

const unbounded = { start: undefined, end: undefined }

/**
 * One window for all records of a key, which never ends. Its triggers tell what it has so far, after so many records or
 * at the multiples of event time at which something came; at the end of a bounded source it tells the whole. Without
 * revisions, nothing of that is withdrawn.
 */
export function globalWindow(options: WindowOptions): Operator {
  const { trigger, key, reads = 'append' } = options
  const panes = new Panes(options)
  const revises = isRevising(options)

  const tell = (whole: Whole, time: number, out: Out): void => {
    whole.since = 0
    if (revises) return panes.tell(whole, unbounded, time, 'all', out)
    const revision = whole.revision ?? 0
    whole.revision = revision + 1
    panes.tellOnce(whole, unbounded, time, `all/${revision}`, out)
  }

  return operator({
    kind: 'window',
    ...(key && { key }),
    shape: shapeOf(options, { global: true }),
    state: { whole: value(panes.schemaWith<Whole>({ latest: z.number(), since: z.int().optional() })) },
    accepts: reads,
    emits: revises ? 'changes' : 'append',

    onRecord(record, { whole: cell }, out) {
      const { time } = record
      let whole = cell.get()
      if (whole === undefined) {
        cell.set((whole = { ...panes.begin(), latest: time }))
        out.timer(endOfTime)
      } else {
        if (time > whole.latest) whole.latest = time
        cell.touch()
      }
      panes.take(whole, record)
      whole.since = (whole.since ?? 0) + 1
      if (whole.since === trigger?.count) tell(whole, whole.latest, out)
      else if (trigger?.everyMs !== undefined && whole.tick === undefined) {
        const from = Math.max(time, out.watermark + 1)
        whole.tick = (Math.floor(from / trigger.everyMs) + 1) * trigger.everyMs - 1
        out.timer(whole.tick)
      }
    },

    onTimer({ time }, { whole: cell }, out) {
      const whole = cell.get()
      if (whole === undefined) return
      if (time === endOfTime) {
        if (whole.since !== 0) tell(whole, time, out)
        return cell.clear()
      }
      if (whole.tick !== time) return
      delete whole.tick
      if (whole.since !== 0) tell(whole, time, out)
      cell.touch()
    },
  })
}
