import { seededRandom } from '@heddle/core'
import type { Operator } from '../operator/operator.ts'
import { modelState, taskState } from './held-state.ts'
import { OperatorDrive, type ToldRecord } from './operator-drive.ts'
import { isWatermark, type RecordEvent, type StreamEvent } from './stream-events.ts'

/** How an operator is run. */
export interface RunOptions {
  /**
   * `everywhere`: between any two events there is a checkpoint, and the operator and its state begin anew from it. Give a
   * function that makes the operator, so that what it hides in a closure is lost and found out.
   */
  readonly rebuild?: 'everywhere'
  /** The seed of random batches: a watermark comes only at the end of one, unless a record is behind it. */
  readonly batches?: number
  /** Event time goes on by itself between the records: each watermark comes in several steps, and again. */
  readonly idle?: boolean
  /**
   * Where state is kept: in a model that also proves that cells hold what their schemas say, or as in a job, with hardly any
   * memory.
   *
   * @default 'model'
   */
  readonly state?: 'model' | 'task'
  /** Whether the records that come out show their key. @default false */
  readonly keys?: boolean
  /** Whether the records that come out show their id. @default false */
  readonly ids?: boolean
}

/** What an operator did. */
export interface OperatorRun {
  /** What it told, in order. */
  readonly records: readonly RecordEvent[]
  /** How many records it counted as late. */
  readonly late: number
  /** How many keys have state at the end. */
  readonly keys: number
}

/**
 * Runs an operator on a list of events: list in, list out.
 *
 * @example
 * const events = [record('a', 0), record('a', 9), watermark(10), record('a', 11)]
 * expect(runOperator(once, events, { rebuild: 'everywhere' })).toEqual([record('a', 0), record('a', 11)])
 */
export const runOperator = (
  operator: Operator | (() => Operator),
  events: readonly StreamEvent[],
  options: RunOptions = {},
): readonly RecordEvent[] => observeOperator(operator, events, options).records

/** Like `runOperator`, and says what else is to be seen: late records, and how many keys still have state. */
export function observeOperator(
  operator: Operator | (() => Operator),
  events: readonly StreamEvent[],
  options: RunOptions = {},
): OperatorRun {
  const drive = driveOperator(operator, events, options)
  return { records: drive.told.map((told) => shown(told, options)), late: drive.late, keys: drive.keys }
}

/** Runs an operator and hands on all that is known. */
export function driveOperator(
  operator: Operator | (() => Operator),
  events: readonly StreamEvent[],
  options: RunOptions,
): OperatorDrive {
  const drive = new OperatorDrive(
    typeof operator === 'function' ? operator : () => operator,
    options.state === 'task' ? taskState : modelState,
  )
  for (const event of arranged(numbered(events), options)) {
    feed(drive, event)
    if (options.rebuild === 'everywhere') drive.rebuild()
  }
  return drive
}

/** Hands one event to an operator. */
export function feed(drive: OperatorDrive, event: StreamEvent): void {
  if (isWatermark(event)) drive.watermark(event.watermark)
  else drive.record(event, event.id!)
}

/** Names the records by their places, as a source does, before anything moves. */
export const numbered = (events: readonly StreamEvent[]): readonly StreamEvent[] =>
  events.map((event, index) => (isWatermark(event) ? event : { ...event, id: event.id ?? `list/0/${index}` }))

function arranged(events: readonly StreamEvent[], { batches, idle }: RunOptions): readonly StreamEvent[] {
  const batched = batches === undefined ? events : inBatches(events, batches)
  return idle === true ? inSteps(batched) : batched
}

/** Holds watermarks back to the end of a batch. One that a later record is behind cannot wait: that record is late. */
function inBatches(events: readonly StreamEvent[], seed: number): readonly StreamEvent[] {
  const random = seededRandom(seed)
  const given: StreamEvent[] = []
  let held: number | undefined
  const tell = () => {
    if (held !== undefined) given.push({ watermark: held })
    held = undefined
  }
  for (const event of events) {
    if (isWatermark(event)) held = Math.max(held ?? event.watermark, event.watermark)
    else {
      if (held !== undefined && (event.time <= held || random.next() < 0.3)) tell()
      given.push(event)
    }
  }
  tell()
  return given
}

function inSteps(events: readonly StreamEvent[]): readonly StreamEvent[] {
  let from: number | undefined
  return events.flatMap((event): readonly StreamEvent[] => {
    if (!isWatermark(event)) return [event]
    const start = from ?? event.watermark
    from = Math.max(start, event.watermark)
    const middle = start + Math.floor((event.watermark - start) / 2)
    return [{ watermark: middle }, { watermark: middle + 1 }, event, event].filter(
      (one) => one.watermark <= event.watermark,
    )
  })
}

function shown(told: ToldRecord, { keys, ids }: RunOptions): RecordEvent {
  const { value, time, weight, key, id, side } = told
  return {
    value,
    time,
    ...(weight === -1 && { weight }),
    ...(side !== undefined && { side }),
    ...(keys === true && { key }),
    ...(ids === true && { id }),
  }
}
