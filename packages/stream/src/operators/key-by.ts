import { operator, type Operator } from '../operator/operator.ts'
import type { KeyFunction } from './functions.ts'
import type { By } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'

/**
 * Gives each record a key: the steps behind it keep their state by it. The value passes through.
 *
 * @example In a plan: `keyBy: it.origin`, or `keyBy: { origin: it.origin, day: it.day }`
 * @example keyByOperator({ by: (flight) => flight.origin })
 */
export const keyByOperator = ({ by }: { readonly by: KeyFunction }): Operator =>
  operator({
    kind: 'keyBy',
    accepts: 'changes',
    key: by,
    onRecord: ({ value, time, weight }, _cells, out) => out.emit(value, time, weight),
  })

/** `keyBy: <by>` */
export const keyByExecutor: JobExecutor<By> = (config, { key }) => keyByOperator({ by: key(config) })
