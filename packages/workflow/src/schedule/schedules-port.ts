import { type Port, type PortScope, systemFailure } from '@heddle/core'
import { chain, type DataUnit, dataUnit, RunRecord, ScheduleRecord, SecretRunRecord } from '@heddle/data'
import { engineOf } from '../engine/engines.ts'
import { encodeRun } from '../run/rows.ts'
import { plannedRun } from './start-planned.ts'
import { scheduleOf, scheduleRecord, type ScheduleRow } from './schedule-store.ts'
import { some, type Scheduler } from './scheduler.ts'
import { schedulerOf } from './schedulers.ts'

/** A schedule, as operators see it. */
export interface ScheduleStatus {
  readonly name: string
  /** What it starts. */
  readonly run: string
  readonly paused: boolean
  /** Whether this app declares it; the others were asked for at run time, or by another version of the app. */
  readonly declared: boolean
  /** The next planned time, UTC. */
  readonly next?: Date
  /** Up to which planned time runs were started. */
  readonly last: Date
  readonly lastRun?: string
  /** The last planned time that was left out, and why. */
  readonly skipped?: { readonly planned: Date; readonly because: string }
}

/** What operators do with schedules. */
export interface Schedules {
  list(options?: { readonly after?: string; readonly limit?: number }): Promise<ScheduleStatus[]>
  /** The next planned times. */
  next(name: string, count: number): Promise<Date[]>
  /** Starts nothing until it is resumed. */
  pause(name: string): Promise<void>
  /** Goes on with the next planned time: those that passed meanwhile are left out. */
  resume(name: string): Promise<void>
  /** Starts a run for each planned time from one up to another that has none. Says for which. */
  backfill(name: string, from: Date, to: Date): Promise<{ started: { planned: Date; run: string }[]; isWhole: boolean }>
  /** Forgets a schedule that was asked for at run time. Says whether there was one. */
  remove(name: string): Promise<boolean>
}

const entity = ScheduleRecord

/** The port through which commands look after schedules. */
export const Schedules: Port<Schedules> = {
  kind: 'port',
  name: 'heddle.Schedules',
  external: false,
  reads: () => [ScheduleRecord.name],
  bind(scope) {
    const unit = dataUnit(scope, 'heddle.Schedules')
    return schedulesIn(scope, unit, schedulerOf(unit.catalog))
  },
}

function schedulesIn(scope: PortScope, unit: DataUnit, scheduler: Scheduler): Schedules {
  const { tenant, clock } = scope

  async function opened(name: string): Promise<{ row: ScheduleRow; record: object }> {
    const [record] = await chain(unit.load(entity, [name]), (found) => found)
    if (!record) throw systemFailure('ScheduleNotFound', { schedule: name })
    return { row: scheduleOf(record), record }
  }

  function change(record: object, row: ScheduleRow): void {
    const next = scheduleRecord(row) as never
    unit.replace(entity, record as never, next, entity.codec.encode(next))
    scope.afterCommit(() => row.due && scheduler.expect(row.due.getTime()))
  }

  function knownOf(row: ScheduleRow) {
    const known = scheduler.known(row)
    if (!known) throw systemFailure('ScheduleNotFound', { schedule: `${row.name} in this version of the app` })
    return known
  }

  return {
    async list({ after, limit = 100 } = {}) {
      const rows = await scheduler.store.list(tenant, after, limit)
      return rows.map(({ name, last, due, paused, notes }) => ({
        name,
        run: scheduler.declared.get(name)?.facts.target ?? notes.repeats?.target ?? '',
        paused,
        declared: scheduler.declared.has(name),
        last,
        ...(due && { next: due }),
        ...(notes.lastRun !== undefined && { lastRun: notes.lastRun }),
        ...(notes.skipped && { skipped: { ...notes.skipped, planned: new Date(notes.skipped.planned) } }),
      }))
    },

    async next(name, count) {
      // One that is declared has its times before the first start makes its row.
      const declared = scheduler.declared.get(name)?.facts
      const { times } = declared?.tenant === tenant ? declared : knownOf((await opened(name)).row)
      const found: Date[] = []
      let at = times.after(clock.now())
      for (; at !== undefined && found.length < count; at = times.after(at)) found.push(new Date(at))
      return found
    },

    async pause(name) {
      const { row, record } = await opened(name)
      if (!row.paused) change(record, { ...row, paused: true, due: undefined })
    },

    async resume(name) {
      const { row, record } = await opened(name)
      if (!row.paused) return
      const now = clock.now()
      const due = knownOf(row).times.after(now)
      const last = new Date(now)
      change(record, { ...row, last, paused: false, ...(due !== undefined && { due: new Date(due) }) })
    },

    async backfill(name, from, to) {
      const { row } = await opened(name)
      const known = knownOf(row)
      const upTo = Math.min(to.getTime(), clock.now())
      const { planned, upTo: last } = some(known.times, from.getTime() - 1, upTo)
      const engine = engineOf(unit.catalog)!
      const started: { planned: Date; run: string }[] = []
      for (const time of planned) {
        const run = await plannedRun(engine, tenant, known, time, { inLine: true, priority: 3 })
        const runs = engine.isMarked(run.workflow) ? SecretRunRecord : RunRecord
        const [found] = await chain(unit.load(runs, [run.id]), (rows) => rows)
        if (found) continue
        unit.insert(runs, run.id, run as never, encodeRun(run))
        scope.afterCommit(() => engine.begun(tenant, run))
        started.push({ planned: new Date(time), run: run.id })
      }
      const behind = last === undefined ? undefined : known.times.after(last)
      return { started, isWhole: behind === undefined || behind > upTo }
    },

    async remove(name) {
      const { row, record } = await opened(name)
      if (scheduler.declared.has(name)) return false
      unit.replace(entity, record as never, undefined, undefined)
      return row.notes.repeats !== undefined
    },
  }
}
