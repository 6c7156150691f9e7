import { type AnyFailure, systemFailure, tooLarge } from '@heddle/core'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

type Decompress = (body: Uint8Array, limits: { maxOutputLength: number }) => Promise<Uint8Array>

/** Content codings that bodies of requests may have. */
const known: Readonly<Record<string, Decompress>> = {
  gzip: promisify(zlib.gunzip),
  'x-gzip': promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  br: promisify(zlib.brotliDecompress),
  zstd: promisify(zlib.zstdDecompress),
}

/**
 * Reads a compressed body, off this thread. It stops at the limit: a thousand bytes can be made to become a million.
 *
 * @returns failures `UnsupportedMediaType`, `TooLarge`, `MalformedInput`
 */
export async function decompress(
  coding: string,
  body: Uint8Array | AnyFailure,
  maxBytes: number,
): Promise<Uint8Array | AnyFailure> {
  if (!(body instanceof Uint8Array)) return body
  const read = Object.hasOwn(known, coding.toLowerCase()) ? known[coding.toLowerCase()] : undefined
  if (!read) return systemFailure('UnsupportedMediaType', { type: `content encoding ${coding}` })
  try {
    return await read(body, { maxOutputLength: maxBytes })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return tooLarge(maxBytes)
    return systemFailure('MalformedInput', { format: coding, reason: 'it cannot be decompressed' }, { cause })
  }
}
