import { crc32 } from 'node:zlib'
import { type Compression, compressions } from './compression.ts'

/*
 * A frame as it is stored. All numbers are little-endian.
 *
 *    0  'HFRM'                        40  latest time (float64)
 *    4  bytes of the frame (uint32)   48  watermark (float64, NaN for none)
 *    8  crc32 of what follows it      56  epoch (float64)
 *   12  version (uint8)               64  sequence (float64, NaN for no producer)
 *   13  compression (uint8)           72  offsets that it takes (uint32)
 *   14  sparse (uint16)               76  bytes of the producer's id (uint16), two bytes that are zero
 *   16  records (uint32)              80  when it was appended (float64)
 *   20  bytes of them, unpacked       88  bytes of the file that were durable before it (float64)
 *   24  offset (float64)              96  id of the producer, then the records
 *   32  earliest time (float64)
 *
 * A frame without records takes one offset, so that whoever reads on from it makes headway.
 */

/** What the header of a frame says. */
export interface FrameHead {
  readonly compression: Compression
  /** Whether its records say their own offsets, as some were removed. */
  readonly sparse: boolean
  readonly count: number
  /** Bytes of the records before they were compressed. */
  readonly rawBytes: number
  readonly base: number
  /** How many offsets it takes. */
  readonly span: number
  readonly minTime: number
  readonly maxTime: number
  readonly watermark: number | undefined
  readonly producer: string | undefined
  readonly epoch: number
  /** Of its first record. */
  readonly sequence: number
  readonly appendedAt: number
  /** Bytes of the file that were durable before the write to which it belongs: what was acknowledged. */
  readonly durable: number
}

/** A header that was read, and where things are. */
export interface ReadHead extends FrameHead {
  /** Bytes of the whole frame. */
  readonly length: number
  /** Bytes before its records. */
  readonly headBytes: number
}

const magic = Buffer.from('HFRM')
const magicNumber = magic.readUInt32LE(0)
const version = 1
/** Bytes of a header without the id of a producer. */
export const fixedHead = 96

/** Bytes that the header of such a frame takes. */
export const headBytesOf = (producer: string | undefined): number =>
  producer === undefined ? fixedHead : fixedHead + Buffer.byteLength(producer)

/** Writes a header, and gives how many bytes it has. */
export function writeHead(target: Buffer, at: number, head: FrameHead, payload: Uint8Array): number {
  const idBytes = head.producer === undefined ? 0 : target.write(head.producer, at + fixedHead)
  const headBytes = fixedHead + idBytes
  target.writeUInt32LE(magicNumber, at)
  target.writeUInt32LE(headBytes + payload.length, at + 4)
  target[at + 12] = version
  target[at + 13] = compressions.indexOf(head.compression)
  target.writeUInt16LE(head.sparse ? 1 : 0, at + 14)
  target.writeUInt32LE(head.count, at + 16)
  target.writeUInt32LE(head.rawBytes, at + 20)
  target.writeDoubleLE(head.base, at + 24)
  target.writeDoubleLE(head.minTime, at + 32)
  target.writeDoubleLE(head.maxTime, at + 40)
  target.writeDoubleLE(head.watermark ?? NaN, at + 48)
  target.writeDoubleLE(head.epoch, at + 56)
  target.writeDoubleLE(head.producer === undefined ? NaN : head.sequence, at + 64)
  target.writeUInt32LE(head.span, at + 72)
  target.writeUInt16LE(idBytes, at + 76)
  target.writeUInt16LE(0, at + 78)
  target.writeDoubleLE(head.appendedAt, at + 80)
  target.writeDoubleLE(head.durable, at + 88)
  target.writeUInt32LE(crc32(payload, crc32(target.subarray(at + 12, at + headBytes))), at + 8)
  return headBytes
}

/** Why bytes are no frame. `cut`: they may be the beginning of one. */
export interface NoFrame {
  readonly reason: string
  readonly cut: boolean
}

/** Reads the header that begins at a byte; the checksum is not looked at. */
export function readHead(bytes: Buffer, at: number): ReadHead | NoFrame {
  const left = bytes.length - at
  if (left < 8) return { reason: 'it ends within a frame', cut: true }
  if (bytes.readUInt32LE(at) !== magicNumber) return { reason: 'no frame begins there', cut: false }
  const length = bytes.readUInt32LE(at + 4)
  if (length < fixedHead) return { reason: `a frame of ${length} bytes is too short`, cut: false }
  if (left < fixedHead) return { reason: 'it ends within a frame', cut: true }
  if (bytes[at + 12] !== version) {
    return { reason: `the frame has the format ${bytes[at + 12]}, and this Heddle knows ${version}`, cut: false }
  }
  const idBytes = bytes.readUInt16LE(at + 76)
  const compression = compressions[bytes[at + 13]!]
  if (compression === undefined || fixedHead + idBytes > length) {
    return { reason: 'the header of the frame makes no sense', cut: false }
  }
  if (left < fixedHead + idBytes) return { reason: 'it ends within a frame', cut: true }
  const sequence = bytes.readDoubleLE(at + 64)
  const watermark = bytes.readDoubleLE(at + 48)
  const hasProducer = !Number.isNaN(sequence)
  return {
    length,
    headBytes: fixedHead + idBytes,
    compression,
    sparse: bytes.readUInt16LE(at + 14) === 1,
    count: bytes.readUInt32LE(at + 16),
    rawBytes: bytes.readUInt32LE(at + 20),
    base: bytes.readDoubleLE(at + 24),
    span: bytes.readUInt32LE(at + 72),
    minTime: bytes.readDoubleLE(at + 32),
    maxTime: bytes.readDoubleLE(at + 40),
    watermark: Number.isNaN(watermark) ? undefined : watermark,
    producer: hasProducer ? bytes.toString('utf8', at + fixedHead, at + fixedHead + idBytes) : undefined,
    epoch: bytes.readDoubleLE(at + 56),
    sequence: hasProducer ? sequence : 0,
    appendedAt: bytes.readDoubleLE(at + 80),
    durable: bytes.readDoubleLE(at + 88),
  }
}

/** Whether the frame is as it was written. All of its bytes must be there. */
export const isSound = (bytes: Buffer, at: number, { length }: ReadHead): boolean =>
  crc32(bytes.subarray(at + 12, at + length)) === bytes.readUInt32LE(at + 8)

/** The next place at or behind `at` where a frame may begin, or -1. */
export const nextMagic = (bytes: Buffer, at: number): number => bytes.indexOf(magic, at)
