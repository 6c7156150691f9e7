import type { Operator } from '../../operator/operator.ts'
import type { StepSpec } from '../../task/task-spec.ts'

/**
 * Which step of a job is at work on its thread: the number of a step of the plan, from 1 on, or 0. Memory that both threads
 * see tells it also where the thread has no turn left to say anything.
 */
export type AtWork = Int32Array<SharedArrayBuffer>

/** @see AtWork */
export const newAtWork = (): AtWork => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/** Kinds of steps that run code of the app on the thread of the job: only that may never return. */
const ownKinds = new Set(['operator', 'call', 'lookup', 'enrich'])

/** Lets steps with code of the app tell when they are at work. @param numbers of the steps of the plan, by their ids */
export const tellingSteps = (
  steps: readonly StepSpec[],
  kinds: ReadonlyMap<string, string>,
  numbers: ReadonlyMap<string, number>,
  cell: AtWork,
): StepSpec[] =>
  steps.map((step) => {
    const { id, run } = step
    const number = numbers.get(id)
    if (!('operator' in run) || number === undefined || !ownKinds.has(kinds.get(id)!)) return step
    return { ...step, run: { operator: telling(run.operator, number, cell) } }
  })

function telling(operator: Operator, number: number, cell: AtWork): Operator {
  // What it emits may be the work of another such step, after which it is this one's turn again.
  const during = (work: () => void) => {
    const before = cell[0]!
    cell[0] = number
    try {
      work()
    } finally {
      cell[0] = before
    }
  }
  return Object.create(operator, {
    onRecord: { value: (...given: Parameters<Operator['onRecord']>) => during(() => operator.onRecord(...given)) },
    ...(operator.onTimer && {
      onTimer: {
        value: (...given: Parameters<NonNullable<Operator['onTimer']>>) => during(() => operator.onTimer!(...given)),
      },
    }),
  }) as Operator
}
