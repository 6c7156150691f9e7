import { operator, type Operator } from '../operator/operator.ts'
import type { Condition } from './functions.ts'
import type { JobExecutor } from './executor.ts'

/** A way out, and what goes there. */
export interface BranchOption {
  readonly name: string
  readonly condition: Condition
}

/**
 * Sends each record to the side output of the first condition that is true; what none is true of goes on.
 *
 * @example In a plan: `branch: { big: it.amount > 1000, small: it.amount > 10 }`, read as `from: split.big`
 * @example branchOperator({ branches: [{ name: 'big', condition: (order) => order.amount > 1000 }] })
 */
export const branchOperator = ({ branches }: { readonly branches: readonly BranchOption[] }): Operator =>
  operator({
    kind: 'branch',
    accepts: 'changes',
    sides: branches.map(({ name }) => name),
    onRecord({ value, time, key, weight }, _cells, out) {
      for (let at = 0; at < branches.length; at += 1) {
        const { name, condition } = branches[at]!
        if (condition(value, time, key)) return out.side(name, value, time, weight)
      }
      out.emit(value, time, weight)
    },
  })

/** `branch: { <side>: <condition> }` */
export const branchExecutor: JobExecutor<Readonly<Record<string, string>>> = (config, { condition }) =>
  branchOperator({
    branches: Object.entries(config).map(([name, text]) => ({ name, condition: condition(text) })),
  })
