import { timed } from '../../harness/timed.ts'
import { contender as heddle } from './heddle.ts'

/** Ours, with its time. */
export const contender = timed(heddle)
