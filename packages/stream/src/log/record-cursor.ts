import type { Weight } from '../record/record.ts'
import type { StoredRecord } from './log-record.ts'
import { noKey, noValue, recordHead } from './record-batch.ts'

/** The records of a frame, as bytes. */
export interface RecordBytes {
  readonly bytes: Buffer
  /** The offset of the frame. */
  readonly base: number
  /** Whether each record says its own offset, since others between them are gone. */
  readonly sparse: boolean
  /** Records before this offset are passed over. */
  readonly from: number
  /** This one and those behind it are left out. */
  readonly to: number
}

/**
 * Walks through the records of a frame without making an object for any: `key` and `value` lie in `bytes` between their start
 * and their end, which is -1 where there is none.
 *
 * @example
 * for (const cursor = frame.cursor(); cursor.next(); ) sizeBytes += cursor.valueEnd - cursor.valueStart
 */
export class RecordCursor {
  declare readonly bytes: Buffer
  declare private readonly head: number
  declare private readonly records: RecordBytes
  declare private place: number
  offset: number
  time = 0
  weight: Weight = 1
  keyStart = 0
  keyEnd = -1
  valueStart = 0
  valueEnd = -1

  constructor(records: RecordBytes) {
    this.records = records
    this.bytes = records.bytes
    this.head = records.sparse ? recordHead + 4 : recordHead
    this.place = 0
    this.offset = records.base - 1
  }

  /** Goes to the next record; false where there is none. */
  next(): boolean {
    const { bytes, head } = this
    const { sparse, base, from, to } = this.records
    for (;;) {
      const start = this.place
      if (start >= bytes.length) return false
      const offset = sparse ? base + bytes.readUInt32LE(start + recordHead) : this.offset + 1
      if (offset >= to) return false
      const valueLength = bytes.readUInt32LE(start + 8)
      const keyLength = bytes.readUInt16LE(start + 12)
      this.offset = offset
      const keyStart = start + head
      const valueStart = keyLength === noKey ? keyStart : keyStart + keyLength
      const end = valueLength === noValue ? valueStart : valueStart + valueLength
      this.place = end
      if (offset < from) continue
      this.time = bytes.readDoubleLE(start)
      this.weight = bytes[start + 14] === 1 ? 1 : -1
      this.keyStart = keyStart
      this.keyEnd = keyLength === noKey ? -1 : valueStart
      this.valueStart = valueStart
      this.valueEnd = valueLength === noValue ? -1 : end
      return true
    }
  }

  /** The key; a view on the frame's bytes. */
  get key(): Buffer | null {
    return this.keyEnd < 0 ? null : this.bytes.subarray(this.keyStart, this.keyEnd)
  }

  /** The value; a view on the frame's bytes. */
  get value(): Buffer | null {
    return this.valueEnd < 0 ? null : this.bytes.subarray(this.valueStart, this.valueEnd)
  }

  /** This record as an object of its own. */
  record(): StoredRecord {
    const { offset, key, value, time, weight } = this
    return { offset, key, value, time, weight }
  }
}
