import { z } from 'zod'
import { operator, type Operator } from '../operator/operator.ts'
import { joinKeys, type JoinOptions, pair } from './join-options.ts'
import { kept } from './kept.ts'
import { addTo, dropPiece, eachOf, leftOf, pieceCells, rightOf } from './pieces.ts'

/** A join of what is near in time. */
export interface IntervalJoinOptions extends JoinOptions {
  /** How long before the left record the right one may be. */
  readonly beforeMs: number
  /** How long after it. */
  readonly afterMs: number
}

const waiting = kept.extend({ found: z.boolean() })
type Waiting = z.output<typeof waiting>

/**
 * Joins each left record with the right ones of the same key that are near in event time: from `before` it until `after`
 * it. A pair is told at once, with the later time of both. What stays alone is told when the watermark says that
 * nothing can come any more, with the time at which that is certain: left + after, right + before. A record that is behind the
 * watermark goes to the side output `late`.
 *
 * @example In a plan: `join: { with: payments, by: it.order, within: { before: 0s, after: 1h } }`
 * @example intervalJoinOperator({ by: (it) => it.order, beforeMs: 0, afterMs: 3_600_000 })
 */
export function intervalJoinOperator(options: IntervalJoinOptions): Operator {
  const { beforeMs, afterMs, kind = 'inner', give = pair } = options
  // Records are kept in pieces as long as the interval, so that at most three of them have to be looked at for one.
  const pieceMs = Math.max(beforeMs + afterMs, 1)
  const pieceOf = (time: number) => Math.floor(time / pieceMs)
  /** The number of the piece whose last millisecond this is. */
  const endedAt = (time: number) => ((time + 1) % pieceMs === 0 ? (time + 1) / pieceMs - 1 : undefined)
  const [keepsLeft, keepsRight] = [kind !== 'inner', kind === 'full']

  return operator({
    kind: 'join',
    inputs: 2,
    key: joinKeys(options),
    shape: { join: 'within', beforeMs, afterMs },
    sides: ['late'],
    state: { ...pieceCells('left', waiting), ...pieceCells('right', waiting) },

    onRecord({ value, time, id, input }, cells, out) {
      if (time <= out.watermark) {
        out.late()
        return out.side('late', value, time)
      }
      const isLeft = input === 0
      const own: Waiting = { time, id, value, found: false }
      const [from, to] = isLeft ? [time - beforeMs, time + afterMs] : [time - afterMs, time + beforeMs]
      const others = isLeft ? rightOf(cells) : leftOf(cells)
      for (let piece = pieceOf(from); piece <= pieceOf(to); piece += 1) {
        eachOf(others, piece, (other) => {
          if (other.time < from || other.time > to) return false
          const [left, right] = isLeft ? [own, other] : [other, own]
          const at = Math.max(time, other.time)
          out.emit(give(left.value, right.value, at, out.key), at, 1, `${left.id}+${right.id}`)
          own.found = true
          if (other.found) return false
          other.found = true
          return isLeft ? keepsRight : keepsLeft
        })
      }
      const piece = pieceOf(time)
      const wait = isLeft ? afterMs : beforeMs
      if (addTo(isLeft ? leftOf(cells) : rightOf(cells), piece, own)) out.timer((piece + 1) * pieceMs - 1 + wait)
      if (isLeft ? keepsLeft : keepsRight) out.timer(time + wait)
    },

    onTimer({ time }, cells, out) {
      const [left, right] = [leftOf(cells), rightOf(cells)]
      if (keepsLeft) {
        eachOf(left, pieceOf(time - afterMs), (one) => {
          if (one.found || one.time !== time - afterMs) return
          out.emit(give(one.value, null, time, out.key), time, 1, `${one.id}+`)
        })
      }
      if (keepsRight) {
        eachOf(right, pieceOf(time - beforeMs), (one) => {
          if (one.found || one.time !== time - beforeMs) return
          out.emit(give(null, one.value, time, out.key), time, 1, `+${one.id}`)
        })
      }
      const [overLeft, overRight] = [endedAt(time - afterMs), endedAt(time - beforeMs)]
      if (overLeft !== undefined) dropPiece(left, overLeft)
      if (overRight !== undefined) dropPiece(right, overRight)
    },
  })
}
