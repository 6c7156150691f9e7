import { records, writeRecords } from './records.ts'
import { appending } from './writev.ts'

/** The records as they are, one piece each. */
export const contender = appending((from, to) => {
  const pieces: Buffer[] = []
  for (let index = from; index < to; index++) pieces.push(records[index % 1000]!)
  return pieces
}, writeRecords)
