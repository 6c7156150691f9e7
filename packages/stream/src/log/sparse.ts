import type { FrameHead } from './frame-codec.ts'
import type { EncodedRecords } from './record-batch.ts'
import { recordHead } from './record-batch.ts'
import { RecordCursor } from './record-cursor.ts'

/** Those records of a frame that are kept, each with its own offset. */
export function sparseOf(
  { head, bytes }: { readonly head: FrameHead; readonly bytes: Buffer },
  keeps: (cursor: RecordCursor) => boolean,
): EncodedRecords {
  const { base, span, sparse } = head
  const headBytes = sparse ? recordHead + 4 : recordHead
  const kept = Buffer.allocUnsafeSlow(bytes.length + (sparse ? 0 : 4 * head.count))
  let used = 0
  let count = 0
  let [minTime, maxTime] = [Infinity, -Infinity]
  for (const cursor = new RecordCursor({ bytes, base, sparse, from: base, to: base + span }); cursor.next();) {
    if (!keeps(cursor)) continue
    const start = cursor.keyStart - headBytes
    bytes.copy(kept, used, start, start + recordHead)
    kept.writeUInt32LE(cursor.offset - base, used + recordHead)
    used += recordHead + 4
    const end = cursor.valueEnd < 0 ? cursor.valueStart : cursor.valueEnd
    used += bytes.copy(kept, used, cursor.keyStart, end)
    if (cursor.time < minTime) minTime = cursor.time
    if (cursor.time > maxTime) maxTime = cursor.time
    count++
  }
  return { bytes: kept.subarray(0, used), count, minTime, maxTime, keyless: 0 }
}
