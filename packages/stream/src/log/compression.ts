import { promisify } from 'node:util'
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib'

/** How the records of a frame are stored. */
export type Compression = 'none' | 'gzip' | 'zstd'

/** The number of each in the header of a frame; never changed. */
export const compressions: readonly Compression[] = ['none', 'gzip', 'zstd']

const ways = {
  gzip: { pack: promisify(gzip), unpack: promisify(gunzip) },
  zstd: { pack: promisify(zstdCompress), unpack: promisify(zstdDecompress) },
}

/** Compresses, on another thread. */
export const compress = (bytes: Uint8Array, compression: Exclude<Compression, 'none'>): Promise<Buffer> =>
  ways[compression].pack(bytes)

/** Gives back what was compressed. @throws when it is larger than it says, or is no such data */
export const decompress = (
  bytes: Uint8Array,
  compression: Exclude<Compression, 'none'>,
  sizeBytes: number,
): Promise<Buffer> => ways[compression].unpack(bytes, { maxOutputLength: Math.max(1, sizeBytes) })
