import { operator, type Operator } from '../operator/operator.ts'
import type { JobExecutor } from './executor.ts'

/**
 * Makes one stream of several. Its event time is that of the slowest.
 *
 * @example In a plan: `union: [web, shops]`
 * @example unionOperator({ inputs: 2 })
 */
export const unionOperator = ({ inputs }: { readonly inputs: number }): Operator =>
  operator({
    kind: 'union',
    accepts: 'changes',
    inputs,
    onRecord: ({ value, time, weight }, _cells, out) => out.emit(value, time, weight),
  })

/** `union: [<stream>, …]` */
export const unionExecutor: JobExecutor<readonly string[]> = ({ length }) => unionOperator({ inputs: length })
