import { operator, type GivenRecord, type Operator, type Out } from '../operator/operator.ts'
import { map, type MapCell } from '../state/cells.ts'
import { type Pane, Panes, tooLate } from './pane.ts'
import { type Hopping, isRevising, shapeOf, type WindowOptions, type WindowSpan } from './window-options.ts'

/**
 * Windows whose bounds do not depend on records: tumbling and hopping ones. A key has one pane for each of its open windows,
 * under the number of the window. One timer per key and window tells the result when the watermark has reached its last
 * moment, and one more forgets it after the lateness.
 */
export function alignedWindow(options: WindowOptions, { sizeMs, everyMs, offsetMs = 0 }: Hopping): Operator {
  const panes = new Panes(options)
  const { fold } = panes
  const { latenessMs = 0, trigger, key, reads = 'append' } = options
  const shape = shapeOf(options, { size: sizeMs, every: everyMs, offset: offsetMs })

  const newest = (time: number): number => Math.floor((time - offsetMs) / everyMs)
  const startOf = (index: number): number => index * everyMs + offsetMs
  const lastOf = (index: number): number => startOf(index) + sizeMs - 1
  const spanOf = (index: number): WindowSpan => ({ start: startOf(index), end: startOf(index) + sizeMs })
  /** The number of the window whose last moment this is. */
  const endingAt = (time: number): number => (time + 1 - sizeMs - offsetMs) / everyMs
  const common = {
    kind: 'window',
    ...(key && { key }),
    shape,
    sides: ['late'],
    state: { windows: map(panes.schema) },
    accepts: reads,
  } as const

  if (!isRevising(options)) {
    const grows = reads === 'append'
    return operator({
      ...common,
      emits: 'append',
      onRecord(record, { windows }, out) {
        const { time } = record
        // Hopping windows may leave gaps: what lies in none of them is not late.
        let taken = startOf(newest(time)) + sizeMs <= time
        // From the newest window that has begun back to the oldest that has not ended.
        for (let index = newest(time); startOf(index) + sizeMs > time; index--) {
          let pane = windows.get(index)
          if (pane === undefined) {
            // While a window is open its pane is there: only a new one can be too late, or lack what is withdrawn.
            const due = lastOf(index) + latenessMs
            if (due <= out.watermark || record.weight === -1) break
            windows.set(index, (pane = panes.begin()))
            out.timer(due)
          } else windows.touch(index)
          if (grows) fold.add(pane, record)
          else panes.take(pane, record)
          taken = true
        }
        if (!taken) tooLate(record, out)
      },
      onTimer({ time }, { windows }, out) {
        const index = endingAt(time - latenessMs)
        const pane = windows.get(index)
        if (pane === undefined) return
        panes.tellOnce(pane, spanOf(index), time, String(startOf(index)), out)
        windows.delete(index)
      },
    })
  }

  /** Tells what a window has now; one without records is forgotten once nothing of it stands. */
  const tell = (pane: Pane, index: number, windows: MapCell<Pane>, out: Out): void => {
    panes.tell(pane, spanOf(index), lastOf(index), String(startOf(index)), out)
    windows.touch(index)
  }

  const take = (record: GivenRecord, index: number, windows: MapCell<Pane>, out: Out): boolean => {
    const last = lastOf(index)
    let pane = windows.get(index)
    if (pane === undefined) {
      // What was never there cannot be withdrawn: it came too late as well.
      if (last + latenessMs <= out.watermark || record.weight === -1) return false
      windows.set(index, (pane = panes.begin()))
      out.timer(last > out.watermark ? last : last + latenessMs)
    }
    panes.take(pane, record)
    if (last <= out.watermark || pane.fresh === trigger?.count) tell(pane, index, windows, out)
    else {
      windows.touch(index)
      if (trigger?.everyMs !== undefined && pane.tick === undefined) setTick(pane, index, trigger.everyMs, out)
    }
    return true
  }

  /** Sets the next moment at which an open window tells what it has, if there is one before its last. */
  const setTick = (pane: Pane, index: number, ticksMs: number, out: Out): void => {
    const start = startOf(index)
    const since = Math.max(0, Math.floor((out.watermark + 1 - start) / ticksMs))
    const tick = start + (since + 1) * ticksMs - 1
    if (tick >= lastOf(index)) return
    pane.tick = tick
    out.timer(tick)
  }

  return operator({
    ...common,
    emits: 'changes',
    onRecord(record, { windows }, out) {
      let taken = startOf(newest(record.time)) + sizeMs <= record.time
      for (let index = newest(record.time); startOf(index) + sizeMs > record.time; index--) {
        if (!take(record, index, windows, out)) continue
        taken = true
      }
      if (!taken) tooLate(record, out)
    },
    onTimer({ time }, { windows }, out) {
      if (latenessMs > 0) windows.delete(endingAt(time - latenessMs))
      const ending = endingAt(time)
      const ended = windows.get(ending)
      if (ended !== undefined) {
        tell(ended, ending, windows, out)
        if (latenessMs > 0) out.timer(time + latenessMs)
        else windows.delete(ending)
      }
      if (trigger?.everyMs === undefined) return
      for (let index = newest(time); lastOf(index) > time; index--) {
        const pane = windows.get(index)
        if (pane?.tick !== time) continue
        delete pane.tick
        tell(pane, index, windows, out)
      }
    },
  })
}
