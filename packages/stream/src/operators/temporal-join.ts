import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { isSame } from '../aggregates/compare-values.ts'
import { operator, type Operator } from '../operator/operator.ts'
import { map, value as valueCell } from '../state/cells.ts'
import { byTime, insertByTime } from './by-time.ts'
import { joinKeys, type JoinOptions, pair } from './join-options.ts'
import { addItem, kept } from './kept.ts'

/** A row of the right side. `until` is when it was withdrawn; from then on it is not there. */
const row = kept.extend({ until: z.number().optional() })

/** What became valid at a time. */
const version = z.object({
  time: z.number(),
  /** Rows that are there from this time on; the last of them that still is there counts. */
  rows: z.array(row),
  /** Only in state that was kept before rows had an end: whether what was there before is gone from this time on. */
  gone: z.boolean().optional(),
})

/** A join with what was valid at a time. */
export type TemporalJoinOptions = Omit<JoinOptions, 'kind'> & { readonly kind?: 'inner' | 'left' }

/**
 * Joins each left record with the right one of the same key that was valid at its time: the right side is a table with
 * versions, each of which is valid from its own time until the next one's. A right record of weight −1 ends the row that
 * it withdraws: where that is the newest one, nothing is valid until the next; where a newer one took its place, nothing
 * changes. Left records wait until the watermark has reached their time; what is behind it goes to
 * the side output `late`. What is kept of a key is one version, and those that are ahead of the watermark.
 *
 * @example In a plan: `join: { with: rates, by: it.currency, temporal: true, kind: left }`
 * @example temporalJoinOperator({ by: (it) => it.currency, kind: 'left' })
 */
export function temporalJoinOperator(options: TemporalJoinOptions): Operator {
  const { kind = 'inner', give = pair } = options
  return operator({
    kind: 'join',
    accepts: 'changes',
    emits: 'append',
    inputs: 2,
    key: joinKeys(options),
    shape: { join: 'temporal' },
    sides: ['late'],
    state: { waiting: map(z.array(kept)), versions: valueCell(z.array(version)) },

    onRecord({ value, time, id, input, weight }, { waiting, versions }, out) {
      if (input === 1) {
        const all = versions.get() ?? []
        change(all, time, id, value, weight)
        versions.set(prune(all, out.watermark))
        if (time > out.watermark) out.timer(time)
        return
      }
      if (weight === -1) throw new TypeError('A record of the left side cannot be withdrawn in a temporal join')
      if (time <= out.watermark) {
        out.late()
        return out.side('late', value, time)
      }
      addItem(waiting, time, { time, id, value })
      out.timer(time)
    },

    onTimer({ time }, { waiting, versions }, out) {
      const all = prune(versions.get() ?? [], time)
      versions.set(all)
      const right = all[0] !== undefined && all[0].time <= time ? validAt(all[0], time) : undefined
      for (const left of (waiting.get(time) ?? []).toSorted(byTime)) {
        if (right === undefined && kind === 'inner') continue
        const made = give(left.value, right?.value ?? null, time, out.key)
        out.emit(made, time, 1, `${left.id}+${right?.id ?? ''}`)
      }
      waiting.delete(time)
    },
  })
}

type Version = z.output<typeof version>
type Row = z.output<typeof row>

const validAt = ({ rows }: Version, time: number): Row | undefined =>
  rows.findLast(({ until }) => until === undefined || until > time)

/** Takes notice of a row that came or went. */
function change(versions: Version[], time: number, id: string, value: unknown, weight: 1 | -1): void {
  let after = versions.length
  while (after > 0 && versions[after - 1]!.time > time) after -= 1
  if (weight === 1) {
    const before = versions[after - 1]
    if (before?.time === time) insertByTime(before.rows, { time, id, value })
    else versions.splice(after, 0, { time, rows: [{ time, id, value }] })
    return
  }
  const at = standsAt(versions, after, (other) => isDeepStrictEqual(other, value))
  // What was told may be written in another way than what withdraws it: −0, a field that is undefined.
  end(versions, at ?? standsAt(versions, after, (other) => isSame(other, value)), time)
}

/** Where a row stands: a version, and its place in that. */
type Place = readonly [version: number, row: number]

/**
 * Where the row stands that is withdrawn: the newest one of those before the version `after`, else the oldest of those
 * from it on. Nowhere, where a newer version took its place and the watermark has passed that.
 */
function standsAt(versions: readonly Version[], after: number, isIt: (value: unknown) => boolean): Place | undefined {
  const stands = ({ until, value }: Row) => until === undefined && isIt(value)
  for (let at = after - 1; at >= 0; at -= 1) {
    const found = versions[at]!.rows.findLastIndex(stands)
    if (found !== -1) return [at, found]
  }
  for (let at = after; at < versions.length; at += 1) {
    const found = versions[at]!.rows.findIndex(stands)
    if (found !== -1) return [at, found]
  }
  return undefined
}

/** Ends a row; one that is withdrawn at its very time, or before it, was never there. */
function end(versions: Version[], place: Place | undefined, time: number): void {
  if (place === undefined) return
  const [at, index] = place
  const { rows, gone } = versions[at]!
  const ended = rows[index]!
  if (ended.time < time) ended.until = time
  else rows.splice(index, 1)
  if (rows.length === 0 && gone !== true) versions.splice(at, 1)
}

/** Leaves out what no later record can ask for: of the versions up to the watermark the newest counts. */
function prune(versions: Version[], watermark: number): Version[] {
  const newest = versions.findLastIndex(({ time }) => time <= watermark)
  return newest <= 0 ? versions : versions.slice(newest)
}
