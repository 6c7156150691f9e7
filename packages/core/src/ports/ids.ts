import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

/** The text of an id, written here and copied out in one piece: one that is put together digit by digit costs twice. */
const text = Buffer.from('00000000-0000-7000-8000-000000000000')
const digits = Buffer.from('0123456789abcdef')
/** The two digits of each byte. */
const high = Uint8Array.from({ length: 256 }, (_, byte) => digits[byte >> 4]!)
const low = Uint8Array.from({ length: 256 }, (_, byte) => digits[byte & 15]!)
/** The time that stands in the text. Many ids are made in one millisecond. */
let written = 0

/** Makes a UUIDv7 (RFC 9562): sortable by the millisecond in which it was made. */
export function uuidV7(clock: Clock, random: Random): string {
  const bytes = random.bytes(16)
  const time = clock.now()
  if (time !== written) writeTime(time)
  write(14, 0x70 | (bytes[6]! & 0x0f))
  write(16, bytes[7]!)
  write(19, 0x80 | (bytes[8]! & 0x3f))
  write(21, bytes[9]!)
  for (let index = 10; index < 16; index++) write(4 + 2 * index, bytes[index]!)
  return text.toString('latin1')
}

/** Makes UUIDv7 of which each is greater than the one before, also within a millisecond (RFC 9562, section 6.2). */
export function growingIds(clock: Clock, random: Random): () => string {
  let last = ''
  return () => {
    const id = uuidV7(clock, random)
    last = id > last ? id : successor(last)
    return last
  }
}

/** The next one after it: the counted bits are so many that the fixed ones are out of reach. */
function successor(id: string): string {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function write(place: number, byte: number): void {
  text[place] = high[byte]!
  text[place + 1] = low[byte]!
}

function writeTime(time: number): void {
  let left = Math.floor(time)
  for (const place of [11, 9, 6, 4, 2, 0]) {
    write(place, left % 256)
    left = Math.floor(left / 256)
  }
  written = time
}
