import { randomBytes } from 'node:crypto'

/** A frame of text as a client sends it (RFC 6455, 5.2): masked, with the mask before it. */
export function masked(text: string): Buffer {
  const payload = Buffer.from(text)
  const mask = randomBytes(4)
  const isShort = payload.byteLength < 126
  const head = isShort
    ? Buffer.from([0x81, 0x80 | payload.byteLength])
    : Buffer.from([0x81, 0xfe, payload.byteLength >> 8, payload.byteLength & 0xff])
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ mask[index % 4]!)])
}
