import { z } from 'zod'
import { operator, type GivenRecord, type Operator, type Out } from '../operator/operator.ts'
import { type CellsOf, map, value } from '../state/cells.ts'
import { type Pane, Panes, tooLate } from './pane.ts'
import { isRevising, shapeOf, type WindowOptions, type WindowSpan } from './window-options.ts'

/** What a session of a key has so far. */
interface Session extends Pane {
  last: number
  /** When its timer fires. It may be earlier than needed: a timer is not moved by each record. */
  due: number
  /** Of which span a result was told. */
  span?: [start: number, end: number]
}

type Cells = CellsOf<ReturnType<typeof cellsOf>>

const cellsOf = (panes: Panes) => ({
  starts: value(z.array(z.number())),
  sessions: map(
    panes.schemaWith<Session>({
      last: z.number(),
      due: z.number(),
      span: z.tuple([z.number(), z.number()]).optional(),
    }),
  ),
})

/**
 * Sessions: records of a key with less than a gap between one and the next. The session of a single record is
 * [time, time + gap); sessions that overlap are one, so a record may join two that were apart. A session is over when the
 * watermark has reached the last moment before its end, and is forgotten after the lateness. A record belongs to each
 * session that is not forgotten and that it overlaps; only one that overlaps none, and whose own session would be
 * forgotten already, is late.
 */
export function sessionWindow(options: WindowOptions, gapMs: number): Operator {
  const panes = new Panes(options)
  const { trigger, key } = options
  const { fold } = panes
  const revises = isRevising(options)
  // Where a result is told once, the lateness is waited for.
  const latenessMs = revises ? (options.latenessMs ?? 0) : 0
  const waitMs = gapMs - 1 + (revises ? 0 : (options.latenessMs ?? 0))

  /** The moment at which its result is told. */
  const lastOf = ({ last }: Session): number => last + waitMs

  const tell = (start: number, session: Session, out: Out): void => {
    const end = session.last + gapMs
    const span: WindowSpan = { start, end }
    if (!revises) return panes.tellOnce(session, span, lastOf(session), `${start}-${end}`, out)
    const told = session.span
    if (told !== undefined && (told[0] !== start || told[1] !== end)) withdraw(session, out)
    panes.tell(session, span, end - 1, `${start}-${end}`, out)
    if (session.told !== undefined) session.span = [start, end]
  }

  const withdraw = (session: Session, out: Out): void => {
    if (session.span === undefined) return
    const [start, end] = session.span
    panes.withdraw(session, { start, end }, end - 1, `${start}-${end}`, out)
    delete session.span
  }

  /** A result of a session that has grown is withdrawn at once, unless it was one of those that are told early. */
  const grown = (session: Session, out: Out): void => {
    if (trigger === undefined) withdraw(session, out)
  }

  /** Brings a record into the session that it makes, widens or joins; undefined where it is too late for all. */
  const place = (record: GivenRecord, { starts, sessions }: Cells, out: Out): number | undefined => {
    const { time } = record
    const all = starts.get() ?? []
    const index = lastAtMost(all, time)
    const before = index === -1 ? undefined : sessions.get(all[index]!)!
    const joinsBefore = before !== undefined && time - before.last < gapMs
    const next = all[index + 1]
    const joinsNext = next !== undefined && next - time < gapMs

    if (joinsBefore && joinsNext) {
      const after = sessions.get(next)!
      grown(before, out)
      withdraw(after, out)
      join(before, after)
      sessions.delete(next)
      all.splice(index + 1, 1)
      starts.touch()
      return all[index]
    }
    if (joinsBefore) {
      if (time > before.last) {
        before.last = time
        grown(before, out)
      }
      return all[index]
    }
    if (joinsNext) {
      const after = sessions.get(next)!
      grown(after, out)
      sessions.delete(next)
      sessions.set(time, after)
      all[index + 1] = time
      starts.touch()
      return time
    }
    const due = time + waitMs
    if (due + latenessMs <= out.watermark) return undefined
    const session: Session = { ...panes.begin(), last: time, due: due > out.watermark ? due : due + latenessMs }
    sessions.set(time, session)
    out.timer(session.due)
    all.splice(index + 1, 0, time)
    starts.set(all)
    return time
  }

  const join = (session: Session, other: Session): void => {
    fold.merge(session, other)
    session.last = other.last
    if (!revises) return
    session.rows = (session.rows ?? 0) + (other.rows ?? 0)
    session.fresh = (session.fresh ?? 0) + (other.fresh ?? 0)
  }

  /** Tells what is due after a record came, and sees to it that a timer comes no later than the end. */
  const settle = (start: number, session: Session, out: Out): void => {
    const last = lastOf(session)
    if (last <= out.watermark || session.fresh === trigger?.count) tell(start, session, out)
    else if (trigger?.everyMs !== undefined && session.tick === undefined) {
      const since = Math.max(0, Math.floor((out.watermark + 1 - start) / trigger.everyMs))
      session.tick = start + (since + 1) * trigger.everyMs - 1
      out.timer(session.tick)
    }
    if (last > out.watermark && session.due > last) {
      session.due = last
      out.timer(last)
    }
  }

  return operator({
    kind: 'window',
    ...(key && { key }),
    shape: shapeOf(options, { session: gapMs }),
    sides: ['late'],
    state: cellsOf(panes),
    emits: revises ? 'changes' : 'append',

    onRecord(record, cells, out) {
      const start = place(record, cells, out)
      if (start === undefined) return tooLate(record, out)
      const session = cells.sessions.get(start)!
      panes.take(session, record)
      if (revises) settle(start, session, out)
      cells.sessions.touch(start)
    },

    onTimer({ time }, { starts, sessions }, out) {
      const all = starts.get() ?? []
      const forgotten: number[] = []
      for (const start of all) {
        if (start > time) break
        const session = sessions.get(start)!
        const last = lastOf(session)
        const isTick = session.tick === time
        if (!isTick && session.due !== time) continue
        if (isTick) delete session.tick
        if (time >= last || isTick) tell(start, session, out)
        if (session.due === time) {
          if (time >= last + latenessMs) {
            sessions.delete(start)
            forgotten.push(start)
            continue
          }
          session.due = time < last ? last : last + latenessMs
          out.timer(session.due)
        }
        sessions.touch(start)
      }
      if (forgotten.length === 0) return
      const left = all.filter((start) => !forgotten.includes(start))
      if (left.length === 0) starts.clear()
      else starts.set(left)
    },
  })
}

/** Where the last number stands that is not greater; −1 where all are. Nearly always it is the last. */
function lastAtMost(sorted: readonly number[], number: number): number {
  let [low, high] = [-1, sorted.length - 1]
  if (high === -1 || sorted[high]! <= number) return high
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (sorted[middle]! <= number) low = middle
    else high = middle - 1
  }
  return low
}
