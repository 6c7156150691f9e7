import { pipeline, Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { ZstdFrames } from './zstd-frames.ts'

/** How a file is packed. */
export type Packing = 'gzip' | 'zstd'

/** So much is unpacked at a time, in bytes; as much again waits to be read. */
export const chunkBytes = 256 * 1024

/**
 * Unpacks bytes as they come.
 *
 * @throws {Error} where they are damaged or end too early
 */
export function unpack(chunks: AsyncIterable<Buffer>, packing: Packing): AsyncGenerator<Buffer> {
  return packing === 'gzip' ? through(chunks, createGunzip({ chunkSize: chunkBytes })) : unpackFrames(chunks)
}

async function* through(chunks: AsyncIterable<Buffer>, transform: Transform): AsyncGenerator<Buffer> {
  // Errors come out of the iteration; the callback is there because a pipeline needs one.
  pipeline(Readable.from(chunks, { objectMode: false }), transform, () => {})
  yield* transform as AsyncIterable<Buffer>
}

/** Each frame has an unpacker of its own. */
async function* unpackFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]()
  const frames = new ZstdFrames()
  let rest: Buffer | undefined

  async function* frame(first: Buffer): AsyncGenerator<Buffer> {
    let chunk: Buffer | undefined = first
    for (;;) {
      const passed = frames.pass(chunk)
      rest = passed < chunk.length ? chunk.subarray(passed) : undefined
      yield chunk.subarray(0, passed)
      if (frames.isBetween) return
      chunk = await next(iterator)
      if (chunk === undefined) throw new Error('it ends within a frame')
    }
  }

  for (;;) {
    const first: Buffer | undefined = rest ?? (await next(iterator))
    rest = undefined
    if (first === undefined) return
    if (first.length > 0) yield* through(frame(first), createZstdDecompress({ chunkSize: chunkBytes }))
  }
}

const next = async (iterator: AsyncIterator<Buffer>): Promise<Buffer | undefined> => {
  const { done, value } = await iterator.next()
  return done === true ? undefined : value
}
