import { batchesInFlight, batchRecords, records, writeRecords } from './records.ts'
import { appending } from './writev.ts'

/** As many bytes as ours writes, which lie ready: nothing is done for a record. */
const batch = Buffer.concat([Buffer.alloc(96), ...records.map((record) => Buffer.concat([Buffer.alloc(20), record]))])
const pieces = Array.from({ length: batchesInFlight }, () => batch)

export const contender = appending((from, to) => pieces.slice(0, Math.ceil((to - from) / batchRecords)), writeRecords)
