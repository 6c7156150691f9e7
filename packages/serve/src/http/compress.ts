import { promisify } from 'node:util'
import zlib, { constants } from 'node:zlib'
import type { Coding } from './coding.ts'
import type { Write } from './exchange.ts'

/** Quality 11, the default of Brotli, takes a hundred times as long for a tenth of the bytes. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }

const whole: Record<Coding, (body: string | Uint8Array) => Promise<Uint8Array>> = {
  zstd: promisify<string | Uint8Array, Uint8Array>(zlib.zstdCompress),
  br: (body) => promisify(zlib.brotliCompress)(body, brotli),
  gzip: promisify<string | Uint8Array, Uint8Array>(zlib.gzip),
}

/** Compresses a body, off this thread. */
export const compress = (coding: Coding, body: string | Uint8Array): Promise<Uint8Array> => whole[coding](body)

const streams = {
  zstd: () => ({ stream: zlib.createZstdCompress(), flag: constants.ZSTD_e_flush }),
  br: () => ({ stream: zlib.createBrotliCompress(brotli), flag: constants.BROTLI_OPERATION_FLUSH }),
  gzip: () => ({ stream: zlib.createGzip(), flag: constants.Z_SYNC_FLUSH }),
}

/**
 * Compresses a streamed body so that each piece can be read when it is written. One flush is under way at a time, and
 * the next takes all that was written meanwhile: a slow stream is told line by line, a fast one in large blocks.
 */
export function compressStream(coding: Coding, body: (write: Write) => Promise<void>) {
  return async (write: Write): Promise<void> => {
    const { stream, flag } = streams[coding]()
    let flushing = false
    let unflushed = false

    stream.on('data', (chunk: Uint8Array) => {
      const waiting = write(chunk)
      if (!waiting) return
      stream.pause()
      void waiting.then(() => stream.resume())
    })
    const ended = new Promise<void>((resolve, reject) => stream.once('end', resolve).once('error', reject))

    function flush(): void {
      if (flushing) return void (unflushed = true)
      flushing = true
      unflushed = false
      stream.flush(flag, () => {
        flushing = false
        if (unflushed) flush()
      })
    }

    await body((piece) => {
      if (piece.length === 0) return undefined
      const hasRoom = stream.write(piece)
      flush()
      return hasRoom ? undefined : new Promise((resolve) => stream.once('drain', resolve))
    })
    stream.end()
    await ended
  }
}
