import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { operator, type Operator } from '../operator/operator.ts'
import { map, value as valueCell } from '../state/cells.ts'
import { byTime } from './by-time.ts'
import { joinKeys, type JoinOptions, pair } from './join-options.ts'
import { addItem, kept } from './kept.ts'

/** What became valid at a time. */
const version = z.object({
  time: z.number(),
  /** Rows that are there from this time on; the last of them counts. */
  rows: z.array(kept),
  /** Whether a row that was there before is gone from this time on. */
  gone: z.boolean(),
})

/** A join with what was valid at a time. */
export type TemporalJoinOptions = Omit<JoinOptions, 'kind'> & { readonly kind?: 'inner' | 'left' }

/**
 * Joins each left record with the right one of the same key that was valid at its time: the right side is a table with
 * versions, each of which is valid from its own time until the next one's. A right record of weight −1 ends the row that
 * it withdraws. Left records wait until the watermark has reached their time; what is behind it goes to
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
      const right = all[0] !== undefined && all[0].time <= time ? all[0].rows.at(-1) : undefined
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

/** Takes notice of a row that came or went. */
function change(versions: Version[], time: number, id: string, value: unknown, weight: 1 | -1): void {
  let at = versions.length
  while (at > 0 && versions[at - 1]!.time > time) at -= 1
  const before = versions[at - 1]
  const own: Version = before?.time === time ? before : { time, rows: [], gone: false }
  if (own !== before) versions.splice(at, 0, own)
  if (weight === 1) {
    own.rows.push({ time, id, value })
    own.rows.sort(byTime)
    return
  }
  const same = own.rows.findIndex((row) => isDeepStrictEqual(row.value, value))
  // What came at this very time was never there; anything else was there before and ends now.
  if (same === -1) own.gone = true
  else own.rows.splice(same, 1)
  if (own.rows.length === 0 && !own.gone) versions.splice(versions.indexOf(own), 1)
}

/** Leaves out what no later record can ask for: of the versions up to the watermark the newest counts. */
function prune(versions: Version[], watermark: number): Version[] {
  const newest = versions.findLastIndex(({ time }) => time <= watermark)
  return newest <= 0 ? versions : versions.slice(newest)
}
