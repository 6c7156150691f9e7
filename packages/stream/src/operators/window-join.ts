import { operator, type Operator } from '../operator/operator.ts'
import { byTime, type KeptRecord } from './by-time.ts'
import { joinKeys, type JoinOptions, pair } from './join-options.ts'
import { kept } from './kept.ts'
import { addTo, allOf, dropPiece, leftOf, pieceCells, rightOf } from './pieces.ts'

/** A join of what is in the same window. */
export interface WindowJoinOptions extends JoinOptions {
  readonly sizeMs: number
  /** Where a window begins, from 1970 UTC on. @default 0 */
  readonly offsetMs?: number
}

/**
 * Joins each left record with each right one of the same key and the same window. The results of a window are told at
 * its end, with the time of its last millisecond, in the order of the left records' times and then the right ones'. What
 * comes later goes to the side output `late`.
 *
 * @example In a plan: `join: { with: payments, by: it.order, window: { tumbling: 1h }, kind: left }`
 * @example windowJoinOperator({ by: (it) => it.order, sizeMs: 3_600_000, kind: 'left' })
 */
export function windowJoinOperator(options: WindowJoinOptions): Operator {
  const { sizeMs, offsetMs = 0, kind = 'inner', give = pair } = options
  return operator({
    kind: 'join',
    inputs: 2,
    key: joinKeys(options),
    shape: { join: 'window', sizeMs, offsetMs },
    sides: ['late'],
    // By the start of the window.
    state: { ...pieceCells('left', kept), ...pieceCells('right', kept) },

    onRecord({ value, time, id, input }, cells, out) {
      const start = Math.floor((time - offsetMs) / sizeMs) * sizeMs + offsetMs
      const last = start + sizeMs - 1
      if (last <= out.watermark) {
        out.late()
        return out.side('late', value, time)
      }
      if (addTo(input === 0 ? leftOf(cells) : rightOf(cells), start, { time, id, value })) out.timer(last)
    },

    onTimer({ time }, cells, out) {
      const start = time + 1 - sizeMs
      const [left, right] = [leftOf(cells), rightOf(cells)].map((side) => {
        const records = allOf(side, start).toSorted(byTime)
        dropPiece(side, start)
        return records
      }) as [KeptRecord[], KeptRecord[]]
      const tell = (one: KeptRecord | undefined, other: KeptRecord | undefined) => {
        const value = give(one?.value ?? null, other?.value ?? null, time, out.key)
        out.emit(value, time, 1, `${one?.id ?? ''}+${other?.id ?? ''}`)
      }
      if (right.length > 0) for (const one of left) for (const other of right) tell(one, other)
      else if (kind !== 'inner') for (const one of left) tell(one, undefined)
      if (left.length === 0 && kind === 'full') for (const other of right) tell(undefined, other)
    },
  })
}
