import { operator, type Operator } from '../operator/operator.ts'
import type { RecordFunction } from './functions.ts'
import type { Shape } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'
import { passing } from './passing.ts'

/**
 * Makes a new value of each record. What is withdrawn gives the withdrawal of what it gave.
 *
 * @example In a plan: `map: { origin: it.origin, late: it.delay > 15 }`
 * @example mapOperator({ give: (flight) => ({ origin: flight.origin }) })
 */
export const mapOperator = ({ give }: { readonly give: RecordFunction }): Operator =>
  operator({
    kind: 'map',
    accepts: 'changes',
    onRecord(record, _cells, out) {
      const { time } = record
      out.emit(give(record.value, time, record.key), time, record.weight)
    },
  })

/** `map: <shape>` */
export const mapExecutor: JobExecutor<Shape> = (config, building) =>
  passing(mapOperator({ give: building.shape(config) }), building)
