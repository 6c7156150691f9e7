import { Defect, systemFailure } from '@heddle/core'
import type { Weight } from '../record/record.ts'
import { keyBytes } from './limits.ts'
import type { LogRecord } from './log-record.ts'

/** Records as a frame holds them, made by a `RecordBatch`. */
export interface EncodedRecords {
  readonly bytes: Buffer
  readonly count: number
  /** Of the records; `Infinity` and `-Infinity` where there are none. */
  readonly minTime: number
  readonly maxTime: number
  /** Records without a key. */
  readonly keyless: number
}

/**
 * The fixed part of a record: time (float64), bytes of the value (uint32, all ones for none), bytes of the key (uint16, all
 * ones for none), weight (int8), one byte that is zero. In a sparse frame, one that was compacted, four more follow: how far its
 * offset lies behind that of the frame. Then come the key and the value. Numbers are little-endian.
 */
export const recordHead = 16
export const noValue = 0xffff_ffff
export const noKey = 0xffff

const none = Buffer.alloc(0)
const noView = new DataView(new ArrayBuffer(0))

/** Text shorter than this is written character by character, which is cheaper than a call of Node. */
const shortText = 24

/** Taken from the prototype, as its look-up on a `Buffer` costs as much as the copy of a short record. */
const { set: copyInto } = Uint8Array.prototype

/**
 * Encodes records one after the other into one buffer: no object is made for any of them.
 *
 * @example
 * const batch = new RecordBatch()
 * for (const order of orders) batch.add(order.id, JSON.stringify(order), order.at)
 * await topic.append(0, { records: batch.encoded() })
 * batch.clear()
 */
export class RecordBatch {
  declare private bytes: Buffer
  declare private view: DataView
  declare private used: number
  declare private records: number
  declare private keyless: number
  declare private minTime: number
  declare private maxTime: number
  declare private readonly firstBytes: number

  /** @param sizeBytes room at first; it grows */
  constructor(sizeBytes = 64 * 1024) {
    this.firstBytes = Math.max(256, sizeBytes)
    this.bytes = none
    this.view = noView
    this.clear()
  }

  /** Forgets what it holds and keeps the room. Not before a frame with it is appended. */
  clear(): void {
    this.used = 0
    this.records = 0
    this.keyless = 0
    this.minTime = Infinity
    this.maxTime = -Infinity
  }

  /** How many records it holds. */
  get count(): number {
    return this.records
  }

  /** Of all records. */
  get sizeBytes(): number {
    return this.used
  }

  /** @throws {Failure} TooLarge for a key above 65,534 bytes. @throws {Defect} for a time that is no number */
  add(
    key: Uint8Array | string | null | undefined,
    value: Uint8Array | string | null,
    time: number,
    weight: Weight = 1,
  ): void {
    if (!Number.isFinite(time))
      throw new Defect('InvalidDefinition', { name: 'The record', reason: `its time is ${time}` })
    const start = this.used
    this.reserve(start + recordHead + roomFor(key) + roomFor(value))
    let at = start + recordHead
    let keyLength = noKey
    if (key === null || key === undefined) this.keyless++
    else {
      keyLength = this.write(key, at)
      if (keyLength > keyBytes) throw systemFailure('TooLarge', { limit: keyBytes, name: 'log.key' }, { path: ['key'] })
      at += keyLength
    }
    let valueLength = noValue
    if (value !== null) {
      valueLength = this.write(value, at)
      at += valueLength
    }
    const { view } = this
    view.setFloat64(start, time, true)
    view.setUint32(start + 8, valueLength, true)
    view.setUint16(start + 12, keyLength, true)
    view.setInt16(start + 14, weight & 0xff, true)
    if (time < this.minTime) this.minTime = time
    if (time > this.maxTime) this.maxTime = time
    this.used = at
    this.records++
  }

  /** What it holds, for a frame. The bytes stay those of the batch: it must not change until the frame is appended. */
  encoded(): EncodedRecords {
    const { records: count, minTime, maxTime, keyless } = this
    return { bytes: this.bytes.subarray(0, this.used), count, minTime, maxTime, keyless }
  }

  /** Gives what it holds away, and begins anew with other room. `clear`, where it can be waited for, is cheaper. */
  take(): EncodedRecords {
    const taken = this.encoded()
    this.bytes = none
    this.view = noView
    this.clear()
    return taken
  }

  private write(part: Uint8Array | string, at: number): number {
    const { bytes } = this
    if (typeof part !== 'string') {
      copyInto.call(bytes, part, at)
      return part.length
    }
    if (part.length > shortText) return bytes.write(part, at)
    for (let index = 0; index < part.length; index++) {
      const code = part.charCodeAt(index)
      if (code > 127) return bytes.write(part, at)
      bytes[at + index] = code
    }
    return part.length
  }

  private reserve(size: number): void {
    if (size <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(size, this.bytes.length * 2, this.firstBytes))
    this.bytes.copy(grown, 0, 0, this.used)
    this.bytes = grown
    this.view = new DataView(grown.buffer, 0, grown.length)
  }
}

/** A character of UTF-16 takes three bytes of UTF-8 at most. */
const roomFor = (part: Uint8Array | string | null | undefined): number =>
  part === null || part === undefined ? 0 : typeof part === 'string' ? part.length * 3 : part.length

/** Encodes records that are there as objects. */
export function encodeRecords(records: readonly LogRecord[]): EncodedRecords {
  const batch = new RecordBatch(records.length === 1 ? 256 : 4096)
  for (const { key, value, time, weight } of records) batch.add(key, value, time, weight)
  return batch.take()
}

/** Encoded records without the first ones. */
export function dropFirst(records: EncodedRecords, count: number): EncodedRecords {
  const { bytes } = records
  let at = 0
  let keyless = records.keyless
  for (let index = 0; index < count; index++) {
    const [value, key] = [bytes.readUInt32LE(at + 8), bytes.readUInt16LE(at + 12)]
    if (key === noKey) keyless--
    at += recordHead + (key === noKey ? 0 : key) + (value === noValue ? 0 : value)
  }
  let [minTime, maxTime] = [Infinity, -Infinity]
  const rest = bytes.subarray(at)
  for (let place = 0; place < rest.length;) {
    const time = rest.readDoubleLE(place)
    if (time < minTime) minTime = time
    if (time > maxTime) maxTime = time
    const [value, key] = [rest.readUInt32LE(place + 8), rest.readUInt16LE(place + 12)]
    place += recordHead + (key === noKey ? 0 : key) + (value === noValue ? 0 : value)
  }
  return { bytes: rest, count: records.count - count, minTime, maxTime, keyless }
}
