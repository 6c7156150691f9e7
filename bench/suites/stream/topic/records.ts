/** Records of 200 bytes, as a source has read them. */
export const records: readonly Buffer[] = Array.from({ length: 1000 }, (_, index) =>
  Buffer.from(
    JSON.stringify({ id: `o-${index}`, customer: `c-${index % 97}`, cents: index * 7, note: '' }).padEnd(200),
  ),
)

/** As many come at once as a batch of a job has, and as many batches are on their way. */
export const batchRecords = 1000
export const batchesInFlight = 8

/** How many records one write has, of each contender. */
export const writeRecords = batchRecords * batchesInFlight
