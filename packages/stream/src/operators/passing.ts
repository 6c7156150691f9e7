import { operator, type Operator } from '../operator/operator.ts'
import type { JobBuilding } from './executor.ts'

/** An operator without state whose step may say `if`: where that is not true, the record passes by as it is. */
export function passing(made: Operator, { step, condition }: Pick<JobBuilding, 'step' | 'condition'>): Operator {
  if (step.if === undefined) return made
  const holds = condition(step.if)
  return operator({
    ...made,
    onRecord(record, cells, out) {
      const { value, time, key, weight } = record
      if (holds(value, time, key)) made.onRecord(record, cells, out)
      else out.emit(value, time, weight)
    },
  })
}
