import type { Contender } from '../../harness/types.ts'
import { askTotal, callsOf } from './heddle.ts'

/** A call of a command that calls another one. */
export const contender: Contender = { open: () => callsOf(askTotal) }
