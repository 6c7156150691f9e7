import type { Contender } from '../../harness/types.ts'
import { callsOf, getFormattedTotal } from './heddle.ts'

/** A call of a command whose input has formats. */
export const contender: Contender = { open: () => callsOf(getFormattedTotal) }
