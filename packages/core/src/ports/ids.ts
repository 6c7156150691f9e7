import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Makes a UUIDv7 (RFC 9562): sortable by the millisecond in which it was made. */
export function uuidV7(clock: Clock, random: Random): string {
  const bytes = random.bytes(16)
  let time = clock.now()
  for (let index = 5; index >= 0; index--) {
    bytes[index] = time % 256
    time = Math.floor(time / 256)
  }
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  let id = ''
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) id += '-'
    id += hex[bytes[index]!]
  }
  return id
}
