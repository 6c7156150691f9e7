import { Defect, type PortScope, systemFailure } from '@heddle/core'
import { chain, type DataUnit, ScheduleRecord } from '@heddle/data'
import { durationMs } from '../define/duration.ts'
import type { Duration } from '../define/types.ts'
import type { Engine } from '../engine/engine.ts'
import { accepted, type Callable, targetOf } from '../job/later.ts'
import type { Queue } from '../queue/queue.ts'
import { scheduleOf, scheduleRecord } from './schedule-store.ts'
import { schedulerOf } from './schedulers.ts'
import { timesOf } from './times.ts'

/** When a command is called again and again. A call is left out while the one before has not ended. */
export type RepeatOptions = {
  /** The name of the schedule, so that it is the same one when it is asked for again. @default a new one */
  readonly key?: string
  readonly queue?: string | Queue
} & (
  | {
      readonly cron: string
      /** @default 'UTC' */
      readonly timeZone?: string
      readonly every?: undefined
    }
  | { readonly every: Duration; readonly cron?: undefined }
)

/** Whether something is called again and again. */
export const isRepeated = (options: object = {}): options is RepeatOptions =>
  ('cron' in options && options.cron !== undefined) || ('every' in options && options.every !== undefined)

/** Writes a schedule in the caller's unit of work. */
export async function repeat(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  command: Callable,
  input: unknown,
  options: RepeatOptions,
): Promise<{ schedule: string }> {
  const { name: target, queue, type, isJob } = targetOf(engine, command, options)
  await engine.queues.reserve(unit.tenant, queue, 0)
  const name = options.key ?? scope.newId()
  const when = options.cron === undefined ? { every: durationMs(options.every) } : cronOf(options)
  const times = timesFor(name, when)
  const now = scope.clock.now()
  const due = times.after(now)
  const repeats = {
    ...when,
    target,
    queue,
    input: await accepted(type, input, isJob),
    ...(scope.principal && { principal: scope.principal.id }),
  }
  const scheduler = schedulerOf(unit.catalog)
  if (scheduler.declared.has(name)) {
    const expected = 'a name that no schedule of the app has'
    throw systemFailure('InvalidOption', { option: 'key', value: name, expected })
  }
  const [known] = await chain(unit.load(ScheduleRecord, [name]), (found) => found)
  const before = known && scheduleOf(known)
  const isSame = JSON.stringify(before?.notes.repeats) === JSON.stringify(repeats)
  if (before && isSame) return { schedule: name }
  const row = {
    name,
    last: new Date(now),
    paused: before?.paused ?? false,
    notes: { ...before?.notes, repeats },
    ...(due !== undefined && !before?.paused && { due: new Date(due) }),
  }
  const record = scheduleRecord(row) as never
  const values = ScheduleRecord.codec.encode(record)
  if (known) unit.replace(ScheduleRecord, known, record, values)
  else unit.insert(ScheduleRecord, name, record, values)
  scope.afterCommit(() => due !== undefined && scheduler.expect(due))
  return { schedule: name }
}

const cronOf = ({ cron, timeZone }: { cron: string; timeZone?: string }) => ({
  cron,
  ...(timeZone !== undefined && { timeZone }),
})

/** What a caller got wrong is a failure of his, and no defect of the app. */
function timesFor(name: string, when: Parameters<typeof timesOf>[1]) {
  try {
    return timesOf(`the schedule ${name}`, when)
  } catch (thrown) {
    if (!(thrown instanceof Defect)) throw thrown
    const option = when.cron === undefined ? 'every' : 'cron'
    throw systemFailure('InvalidOption', { option, value: JSON.stringify(when), expected: thrown.message })
  }
}
