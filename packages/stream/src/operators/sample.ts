import { operator, type Operator } from '../operator/operator.ts'
import type { KeyFunction } from './functions.ts'
import { hashOf } from './hash.ts'
import type { By } from '@heddle/pipeline'
import type { JobExecutor } from './executor.ts'

/** How many records pass. */
export interface SampleOptions {
  /** From 0 for none to 1 for all. */
  readonly rate: number
  /** Records of which this is the same pass together. Without it each is looked at by itself. */
  readonly by?: KeyFunction
}

/**
 * Passes a part of the records. A hash decides, so that it is the same part each time they are read. Without `by` it
 * is the hash of the record's name, and so a withdrawal could not follow its record: then only `append` is accepted.
 *
 * @example In a plan: `sample: 0.1`, or `sample: { rate: 0.1, by: it.user }`
 * @example sampleOperator({ rate: 0.1, by: (click) => click.user })
 */
export function sampleOperator({ rate, by }: SampleOptions): Operator {
  const below = rate * 2 ** 32
  return operator({
    kind: 'sample',
    accepts: by === undefined ? 'append' : 'changes',
    onRecord(record, _cells, out) {
      const { value, time, weight } = record
      const text = by === undefined ? record.id : JSON.stringify(by(value, time))
      if (hashOf(text) < below) out.emit(value, time, weight)
    },
  })
}

/** `sample: { rate, by }` */
export const sampleExecutor: JobExecutor<{ readonly rate: number; readonly by?: By }> = ({ rate, by }, { key }) =>
  sampleOperator({ rate, ...(by !== undefined && { by: key(by) }) })
