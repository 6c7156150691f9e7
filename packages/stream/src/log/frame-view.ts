import { Frame } from './frame.ts'
import type { FrameHead } from './frame-codec.ts'
import { RecordCursor } from './record-cursor.ts'

/**
 * The records of a frame from an offset on, at most so many. A watermark speaks of what comes behind the whole frame, so one that
 * is not given to its end does not tell it.
 *
 * @param bytes the records, unpacked
 */
export function viewOf(head: FrameHead, bytes: Buffer, offset: number, maxRecords: number): Frame {
  const { base, span, sparse } = head
  const from = Math.max(base, offset)
  const end = base + span
  let to = end
  let count = head.count === 0 ? 0 : end - from
  if (sparse) ({ to, count } = walk({ bytes, base, sparse, from, to: end }, maxRecords))
  else if (count > maxRecords) {
    count = maxRecords
    to = from + maxRecords
  }
  const { producer: id, epoch, sequence, appendedAt, minTime, maxTime } = head
  const producer = id === undefined ? undefined : { id, epoch, sequence }
  const watermark = to === end ? head.watermark : undefined
  return new Frame({ producer, watermark, appendedAt, minTime, maxTime }, { bytes, base, sparse, from, to }, count)
}

function walk(held: ConstructorParameters<typeof RecordCursor>[0], maxRecords: number): { to: number; count: number } {
  let count = 0
  for (const cursor = new RecordCursor(held); cursor.next(); count++) {
    if (count === maxRecords) return { to: cursor.offset, count }
  }
  return { to: held.to, count }
}
