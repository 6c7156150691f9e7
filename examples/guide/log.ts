import { type Log, openEmbeddedLog, RecordBatch, type Topic } from '@heddle/stream'

export interface Reading {
  readonly meter: string
  readonly at: number
  readonly kwh: number
}

/** Opens the log that lies in a folder, with a topic for a month of readings. */
export async function openReadings(folder: string): Promise<{ log: Log; topic: Topic }> {
  const log = await openEmbeddedLog({ folder })
  const topic = await log.createTopic('meters.Readings', {
    retention: { maxAgeMs: 31 * 24 * 60 * 60 * 1000 },
    compression: 'zstd',
  })
  return { log, topic }
}

/**
 * Appends the readings that a gateway has collected, of which the first has the number `sequence`. A gateway that heard no answer
 * sends them again, perhaps with more behind them: each is kept once.
 */
export function appendReadings(topic: Topic, gateway: string, sequence: number, readings: readonly Reading[]) {
  const batch = new RecordBatch()
  for (const reading of readings) batch.add(reading.meter, JSON.stringify(reading), reading.at)
  return topic.append(0, { records: batch.encoded(), producer: { id: gateway, epoch: 0, sequence } })
}

/** Sums up readings as they come, and says from where to go on after each read. */
export async function* sumReadings(topic: Topic, from: number, stop: AbortSignal) {
  let [next, sum] = [from, 0]
  while (!stop.aborted) {
    const read = await topic.read(0, { from: next, wait: stop })
    for (const frame of read.frames) {
      for (const { value } of frame.records()) sum += (JSON.parse(String(value)) as Reading).kwh
    }
    next = read.next
    if (read.frames.length > 0) yield { next, sum, behind: read.end - next }
  }
}
