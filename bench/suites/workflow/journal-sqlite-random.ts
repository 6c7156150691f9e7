import { randomId } from './ids.ts'
import { journal } from './journal-sqlite.ts'

/** The same journal with random ids, which spread its writes over the whole file. */
export const contender = journal(randomId)
