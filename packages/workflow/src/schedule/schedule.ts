import { Defect, isCommand } from '@heddle/core'
import type { AnyWorkflow } from '../define/types.ts'
import { usualRuns } from '../engine/runs-part.ts'
import type { Callable, InputOfCallable } from '../job/later.ts'
import type { Queue } from '../queue/queue.ts'
import { type Overlap, type Schedule, type ScheduleFacts, scheduleKind } from './schedule-kind.ts'
import { catchUpLimit, isTime, timesOf, type TimesOptions } from './times.ts'

/** What a schedule starts, and when. */
export interface ScheduleOptions<C extends Callable> extends TimesOptions {
  /** The workflow or command that is started. */
  readonly run: C
  /** What it is started with: the same each time, or made from the planned time. */
  readonly input: InputOfCallable<C> | ((planned: Date) => InputOfCallable<C>)
  /**
   * While the run before has not ended: `skip` leaves this one out, `queue` lets it wait (up to 100 of them), `cancel`
   * cancels the one before, `allow` starts it beside.
   *
   * @default 'skip'
   */
  readonly overlap?: Overlap
  /** How many of the times that passed while nothing ran are made up for, the newest ones. @default 1 */
  readonly catchUp?: number
  /** When it is new: starts a run for each planned time since this one as well. */
  readonly backfill?: Date
  /** The queue of its runs. @default that of the workflow, and 'default' for a command */
  readonly queue?: Queue | string
  /** Whose runs they are. @default 'main' */
  readonly tenant?: string
}

/**
 * Declares a schedule: at each planned time one run is started, whichever process does it, and none twice.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const nightly = schedule('flights.Nightly', {
 *   cron: '30 2 * * *',
 *   timeZone: 'Europe/Berlin',
 *   run: importFlights,
 *   input: (planned) => ({ day: planned.toISOString().slice(0, 10) }),
 * })
 */
export function schedule<C extends Callable>(name: string, options: ScheduleOptions<C>): Schedule {
  const { run, input, overlap = 'skip', catchUp = 1, backfill, queue: given, tenant = 'main', ...when } = options
  const { cron, timeZone, at, every } = when
  const refuse = (reason: string) => new Defect('InvalidDefinition', { name: `the schedule ${name}`, reason })
  if (!/^[\w-]+(\.[\w-]+)+$/.test(name)) throw refuse('a name is written flights.Nightly')
  if (!(Number.isSafeInteger(catchUp) && catchUp >= 0 && catchUp < catchUpLimit)) {
    throw refuse(`catchUp is a whole number from 0 to ${catchUpLimit - 1}, not ${catchUp}`)
  }
  const named = typeof given === 'object' ? given : undefined
  const times = timesOf(`the schedule ${name}`, when)
  if (backfill !== undefined && !isTime(backfill)) throw refuse('backfill is a Date')
  const described = { cron, timeZone, at: at?.toISOString(), every }
  const facts: ScheduleFacts = {
    target: run.name,
    input: typeof input === 'function' ? (input as (planned: Date) => unknown) : () => input,
    times,
    timesText: JSON.stringify(described),
    overlap,
    catchUp,
    tenant,
    ...(backfill && { backfill }),
    ...(given !== undefined && { queue: typeof given === 'object' ? given.name : given }),
  }
  const self: Schedule = {
    kind: scheduleKind,
    name,
    facts,
    commands: isCommand(run) ? [run] : [],
    parts: [usualRuns, ...(named ? [named] : []), ...(isCommand(run) ? [] : [run as AnyWorkflow])],
    describe: () => ({ name, run: run.name, ...JSON.parse(facts.timesText), overlap, catchUp, tenant }),
    simulated: () => self,
  }
  return self
}
