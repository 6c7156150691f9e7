/** The same bytes, seen one by one and as words. */
export interface ByteViews {
  readonly bytes: Buffer
  readonly words: DataView
}

const known = new WeakMap<Uint8Array, ByteViews>()

/** Views of a chunk, which are kept with it: one chunk is often read in several batches. */
export function viewOf(chunk: Uint8Array): ByteViews {
  let views = known.get(chunk)
  if (views === undefined) {
    const { buffer, byteOffset, byteLength } = chunk
    const bytes = chunk instanceof Buffer ? chunk : Buffer.from(buffer, byteOffset, byteLength)
    views = { bytes, words: new DataView(buffer, byteOffset, byteLength) }
    known.set(chunk, views)
  }
  return views
}

const knownMemory = new WeakMap<ArrayBufferLike, ByteViews>()

/**
 * Views of a whole piece of memory, of which chunks are parts. They are made once, where views of each chunk would be made
 * for a few hundred records.
 */
export function memoryOf(memory: ArrayBufferLike): ByteViews {
  let views = knownMemory.get(memory)
  if (views === undefined || views.bytes.length !== memory.byteLength) {
    views = { bytes: Buffer.from(memory), words: new DataView(memory) }
    knownMemory.set(memory, views)
  }
  return views
}
