import type { Maintained } from '../log.ts'
import type { PartitionOptions } from './partition-options.ts'
import type { Segments } from './segments.ts'

/** Removes the oldest sealed segments that are too old, and those without which there are still enough bytes. */
export async function retain({ topic, clock }: PartitionOptions, segments: Segments): Promise<Maintained> {
  const { maxAgeMs = Infinity, maxBytes = Infinity } = topic.retention
  const now = clock.now()
  let total = segments.list.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const removed = []
  for (const segment of segments.sealed) {
    const isOld = now - (segment.newestAt ?? -Infinity) > maxAgeMs
    if (!isOld && total - segment.sizeBytes < maxBytes) break
    removed.push(segment)
    total -= segment.sizeBytes
  }
  await segments.remove(removed)
  const freedBytes = removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { removedSegments: removed.length, removedRecords: 0, freedBytes }
}
