import type { Contender } from '../../harness/types.ts'
import { callsOf, getTotal } from './heddle.ts'

/** A call of a command. */
export const contender: Contender = { open: () => callsOf(getTotal) }
