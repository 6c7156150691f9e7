import { timed } from '../../harness/timed.ts'
import { contender as journal } from './journal-sqlite.ts'

/** The journal by hand, with its time. */
export const contender = timed(journal)
