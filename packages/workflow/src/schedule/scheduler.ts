import { CommitConflict, Failure, type Ports } from '@heddle/core'
import type { Engine } from '../engine/engine.ts'
import { endStates, type Run } from '../run/run.ts'
import { type Planned, plannedId, plannedRun } from './start-planned.ts'
import type { Overlap, Schedule } from './schedule-kind.ts'
import {
  type ScheduleNotes,
  type ScheduleRow,
  ScheduleStore,
  scheduleWrite,
  type StoredSchedule,
} from './schedule-store.ts'
import { type Times, timesOf } from './times.ts'

/** How often it looks without being told, in milliseconds: the clock may have been put, and others may have changed rows. */
const longestMs = 60_000
/** Until when a planned time counts as kept, in milliseconds. */
const graceMs = 60_000
/** How many runs one commit starts. */
const pageLimit = 100
/** How many planned times of a schedule wait for the end of the run before (limit `schedule.queued`). */
const queuedLimit = 100
/** How long it waits after trouble, in milliseconds. */
const troubleMs = 1000

/** A schedule, declared or asked for at run time. */
interface Known extends Planned {
  readonly times: Times
  readonly overlap: Overlap
  readonly catchUp: number
}

/**
 * Starts the runs of schedules. The row of a schedule says up to which planned time runs were started; it changes in the
 * commit that starts the next ones, and expects the version that was read. So of several processes one starts a run, a crash
 * loses none, and a clock that was put back finds all of them started.
 */
export class Scheduler {
  readonly store: ScheduleStore
  readonly declared: ReadonlyMap<string, Schedule>
  readonly #engine: Engine
  readonly #ports: Ports
  readonly #followed = new Set<string>()
  #next = Infinity
  #cancel: (() => void) | undefined
  #looking: Promise<void> | undefined
  #running = false

  constructor(engine: Engine, declared: ReadonlyMap<string, Schedule>) {
    this.#engine = engine
    this.#ports = engine.ports
    this.declared = declared
    this.store = new ScheduleStore(engine.store.database)
  }

  async begin(): Promise<void> {
    for (const [name, schedule] of this.declared) await this.#enter(name, schedule)
    this.#running = true
    this.expect(this.#ports.clock.now())
  }

  /** Starts nothing more. */
  async stop(): Promise<void> {
    this.#running = false
    this.#cancel?.()
    await this.#looking
  }

  /** Something may be due at this time. */
  expect(atMs: number): void {
    if (!this.#running || atMs >= this.#next) return
    this.#next = atMs
    this.#cancel?.()
    if (this.#looking) return
    const delayMs = Math.min(Math.max(atMs - this.#ports.clock.now(), 0), longestMs)
    const look = () => (this.#looking = this.#look())
    this.#cancel = this.#ports.timers.after(delayMs, () => void look(), { background: true })
  }

  /** Makes the row of a declared schedule, or finds its next planned time anew where its times have changed. */
  async #enter(name: string, { facts }: Schedule): Promise<void> {
    const { times, timesText, tenant, backfill } = facts
    for (;;) {
      const found = await this.store.read(tenant, name)
      if (found?.notes.times === timesText) return
      const now = this.#ports.clock.now()
      const from = found || !backfill ? now : backfill.getTime() - 1
      const due = found?.paused ? undefined : times.after(from)
      const row: ScheduleRow = {
        name,
        last: new Date(from),
        paused: found?.paused ?? false,
        notes: { ...found?.notes, times: timesText, ...(from < now && { backfillTo: now }) },
        ...(due !== undefined && { due: new Date(due) }),
      }
      if (await this.#commit(tenant, [scheduleWrite(row, found?.version)])) return
    }
  }

  /** Says whether nobody else was faster. */
  async #commit(tenant: string, writes: ReturnType<typeof scheduleWrite>[]): Promise<boolean> {
    try {
      await this.#engine.store.commit(tenant, writes, this.#engine.fences())
      return true
    } catch (thrown) {
      if (thrown instanceof CommitConflict) return false
      throw thrown
    }
  }

  async #look(): Promise<void> {
    this.#next = Infinity
    const { clock, log } = this.#ports
    let soonest = clock.now() + longestMs
    try {
      const due = await this.store.due(clock.now())
      for (const stored of due) if (this.#running && (await this.#fire(stored))) soonest = clock.now()
      const next = await this.store.next(clock.now())
      if (next !== undefined) soonest = Math.min(soonest, next)
    } catch (thrown) {
      log.write('warning', 'schedules could not be looked at', { reason: String((thrown as Error).message) })
      soonest = clock.now() + troubleMs
    } finally {
      this.#looking = undefined
    }
    const wanted = Math.min(this.#next, soonest)
    this.#next = Infinity
    this.expect(wanted)
  }

  /** What a row stands for. Undefined where it is declared in another version of the app. */
  known({ name, notes: { repeats } }: ScheduleRow): Known | undefined {
    const declared = this.declared.get(name)?.facts
    if (declared) return { schedule: name, ...declared }
    if (!repeats) return undefined
    const { input, ...rest } = repeats
    return {
      schedule: name,
      ...rest,
      input: () => input,
      times: timesOf(`the schedule ${name}`, rest),
      overlap: 'skip',
      catchUp: 1,
    }
  }

  /** Starts what is due by a schedule. Says whether there is more. */
  async #fire(stored: StoredSchedule): Promise<boolean> {
    const known = this.known(stored)
    if (!known || stored.paused) return false
    const now = this.#ports.clock.now()
    const { times, overlap } = known
    const { backfillTo } = stored.notes
    const isBackfill = backfillTo !== undefined && stored.last.getTime() < backfillTo
    const found = isBackfill ? some(times, stored.last.getTime(), backfillTo) : this.#kept(known, stored, now)
    const last = found.upTo ?? stored.last.getTime()
    const previous = isBackfill ? undefined : await this.#open(stored)
    const one = overlap === 'skip' || overlap === 'cancel'
    let planned = isBackfill || !one ? found.planned : found.planned.slice(-1)
    let skipped = stored.notes.skipped
    let queued: readonly number[] = stored.notes.queued ?? []
    if (overlap === 'queue' && !isBackfill) {
      queued = [...queued, ...planned]
      if (queued.length > queuedLimit) {
        skipped = { planned: queued.at(-1)!, because: `${queuedLimit} wait already (limit "schedule.queued")` }
        queued = queued.slice(0, queuedLimit)
      }
      planned = previous ? [] : queued.slice(0, 1)
      if (!previous) queued = queued.slice(1)
    }
    if (planned.length > 0 && previous && overlap === 'skip') {
      skipped = { planned: planned.at(-1)!, because: `its run ${previous.id} has not ended` }
      planned = []
    }
    const started: Run[] = []
    for (const time of planned) {
      try {
        if (await this.#engine.store.read(stored.tenant, plannedId(known.schedule, time))) continue
        const how = { inLine: planned.length > 1, ...(isBackfill && { priority: 3 }) }
        started.push(await plannedRun(this.#engine, stored.tenant, known, time, how))
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown
        skipped = { planned: time, because: `${thrown.code}: ${thrown.message}` }
        const { message } = thrown
        this.#ports.log.write('error', `the schedule ${known.schedule} could not start its run: ${message}`, {
          planned: new Date(time).toISOString(),
        })
      }
    }
    const next = times.after(last)
    // Those that wait are looked after by their row, should this process be gone by then.
    const due = queued.length === 0 ? next : Math.min(next ?? Infinity, now + longestMs)
    const notes: ScheduleNotes = {
      ...stored.notes,
      queued: queued.length === 0 ? undefined : queued,
      ...(skipped && { skipped }),
      ...(started.length > 0 && { lastRun: started.at(-1)!.id }),
      backfillTo: isBackfill ? backfillTo : undefined,
    }
    const row = { ...stored, last: new Date(last), due: due === undefined ? undefined : new Date(due), notes }
    const writes = started.map((run) => this.#engine.store.insertRun(run, this.#engine.isMarked(run.workflow)))
    // Somebody else was faster, or an operator has just paused it: it is looked at anew.
    if (!(await this.#commit(stored.tenant, [...writes, scheduleWrite(row, stored.version)]))) return true
    if (previous && overlap === 'cancel' && started.length > 0) {
      await this.#engine.relatives.cancel(stored.tenant, previous.id)
    }
    for (const run of started) this.#engine.begun(stored.tenant, run)
    const before = started.at(-1)?.id ?? previous?.id
    if (queued.length > 0 && before !== undefined) this.#follow(stored, before)
    return due !== undefined && due <= now
  }

  /** Goes on with those that wait as soon as the run before them has ended. */
  #follow({ tenant, name }: StoredSchedule, run: string): void {
    if (this.#followed.has(run)) return
    this.#followed.add(run)
    const over = async () => {
      this.#followed.delete(run)
      if (!this.#running) return
      const stored = await this.store.read(tenant, name)
      if (stored) await this.#fire(stored)
    }
    // The row is due again soon, whatever becomes of this.
    void this.#engine
      .outcome(tenant, run)
      .then(over)
      .catch(() => undefined)
  }

  /** The planned times that are kept: the one that has just come, and the newest of those that were missed. */
  #kept({ times, catchUp }: Known, { last }: StoredSchedule, now: number) {
    const all = times.last(catchUp + 1, now, last.getTime())
    const newest = all.at(-1)
    const isKept = newest !== undefined && now - newest <= graceMs
    const missed = isKept ? all.slice(0, -1) : all
    const planned = [...(catchUp === 0 ? [] : missed.slice(-catchUp)), ...(isKept ? [newest] : [])]
    return { planned, upTo: newest }
  }

  /** The run that was started last, while it has not ended. */
  async #open({ tenant, notes: { lastRun } }: StoredSchedule): Promise<Run | undefined> {
    if (lastRun === undefined) return undefined
    const run = (await this.#engine.relatives.read(tenant, [lastRun])).get(lastRun)?.run
    return run && !endStates.has(run.state) ? run : undefined
  }
}

/** Planned times, all of them, up to a page. */
export function some(times: Times, after: number, upTo: number): { planned: number[]; upTo: number | undefined } {
  const planned: number[] = []
  for (
    let at = times.after(after);
    at !== undefined && at <= upTo && planned.length < pageLimit;
    at = times.after(at)
  ) {
    planned.push(at)
  }
  return { planned, upTo: planned.at(-1) }
}
