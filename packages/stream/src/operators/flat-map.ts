import { operator, type Operator } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import type { RecordFunction } from './functions.ts'
import type { Shape } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'
import { timeOf } from './job-expressions.ts'
import { passing } from './passing.ts'

/** What becomes of a list. */
export interface FlatMapOptions {
  /** The list in a record; null for none. */
  readonly list: RecordFunction
  /** What an item becomes. @default the item itself */
  readonly give?: (item: unknown, value: unknown, time: number, key: Key | undefined) => unknown
}

/**
 * Makes a record of each item of a list, in the order of the list.
 *
 * @example In a plan: `flatMap: { list: it.items, as: item, give: { order: it.id, sku: item.sku } }`
 * @example flatMapOperator({ list: (order) => order.items })
 */
export const flatMapOperator = ({ list, give }: FlatMapOptions): Operator =>
  operator({
    kind: 'flatMap',
    accepts: 'changes',
    onRecord({ value, time, key, weight }, _cells, out) {
      const items = list(value, time, key)
      if (items === null || items === undefined) return
      if (!Array.isArray(items)) throw new TypeError(`There is no list, but a ${typeof items}`)
      for (const item of items) out.emit(give === undefined ? item : give(item, value, time, key), time, weight)
    },
  })

/** The settings of `flatMap`. */
export interface FlatMapConfig {
  readonly list: string
  readonly as: string
  readonly give?: Shape
}

/** `flatMap: { list, as, give }` */
export const flatMapExecutor: JobExecutor<FlatMapConfig> = (config, building) => {
  const list = building.expression(config.list)
  if (config.give === undefined) return passing(flatMapOperator({ list }), building)
  const made = building.scoped(config.give)
  const give: FlatMapOptions['give'] = (item, it, time, key) =>
    made({ [config.as]: item, it, time: timeOf(time), key: key ?? null })
  return passing(flatMapOperator({ list, give }), building)
}
