import { Defect, systemFailure } from '@heddle/core'
import type { LogLimits } from './limits.ts'
import type { NewFrame, TopicDescription } from './log.ts'
import { checkProducer } from './producers.ts'
import { encodeRecords, type EncodedRecords } from './record-batch.ts'

/**
 * What every driver checks of a frame before it appends it.
 *
 * @throws {Failure} TooLarge, InvalidKey
 * @throws {Defect} InvalidDefinition
 */
export function checkFrame(
  { records: given, producer, watermark }: NewFrame,
  { name, compaction }: TopicDescription,
  { frameBytes }: Required<LogLimits>,
): EncodedRecords {
  if (producer !== undefined) checkProducer(producer)
  if (watermark !== undefined && Number.isNaN(watermark)) {
    throw new Defect('InvalidDefinition', { name: 'The frame', reason: 'its watermark is no number' })
  }
  const records = 'bytes' in given ? given : encodeRecords(given)
  if (records.bytes.length > frameBytes) throw systemFailure('TooLarge', { limit: frameBytes, name: 'log.frame' })
  if (compaction && records.keyless > 0) {
    const message = `The topic "${name}" keeps the newest record of each key, and ${records.keyless} of these have none.`
    throw systemFailure('InvalidKey', { keyless: records.keyless }, { path: ['records'], message })
  }
  return records
}
