import { leaveOutNulls, type ValueType } from '../expression/index.ts'
import type { Run } from './executor.ts'

/**
 * What a step hands to who takes a type. Null, by which expressions know what is missing, is left out again where a field
 * may be missing and may not be null.
 *
 * @param given makes the value; without it, it is what the step reads
 * @returns nothing where that is handed on as it is
 */
export function fitted(to: ValueType, given: Run | undefined): Run | undefined {
  const change = leaveOutNulls(to)
  if (change === undefined) return given
  return given === undefined ? ({ it }) => change(it) : (frame) => change(given(frame))
}
