import { operator, type Operator } from '../operator/operator.ts'
import type { Condition } from './functions.ts'
import type { JobExecutor } from './executor.ts'

/**
 * Passes the records for which a condition is true; where it is false or unknown, the record ends.
 *
 * @example In a plan: `filter: it.delay > 15`
 * @example filterOperator({ condition: (flight) => flight.delay > 15 })
 */
export const filterOperator = ({ condition }: { readonly condition: Condition }): Operator =>
  operator({
    kind: 'filter',
    accepts: 'changes',
    onRecord(record, _cells, out) {
      if (condition(record.value, record.time, record.key)) out.emit(record.value, record.time, record.weight)
    },
  })

/** `filter: <condition>` */
export const filterExecutor: JobExecutor<string> = (text, { condition }) =>
  filterOperator({ condition: condition(text) })
