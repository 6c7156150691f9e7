/** A binary frame is the number of its file in four bytes, big-endian, then bytes of the file; without any it ends it. */
const numberBytes = 4

/** How many bytes of a file may be under way that its reader has not asked for (limit `live.window`). */
export const fileWindowBytes = 256 * 1024

/** How many bytes of a file one frame brings at most. */
const mostPieceBytes = 64 * 1024

/** A frame with a piece of a file. */
export function fileFrame(number: number, piece?: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(numberBytes + (piece?.byteLength ?? 0))
  frame.writeUInt32BE(number)
  if (piece) frame.set(piece, numberBytes)
  return frame
}

/** Reads a frame; undefined for one that names no file. */
export function readFileFrame(frame: Buffer): { readonly number: number; readonly piece: Buffer } | undefined {
  if (frame.byteLength < numberBytes) return undefined
  return { number: frame.readUInt32BE(), piece: frame.subarray(numberBytes) }
}

/** Cuts a chunk into pieces that fit into a frame. */
export function* piecesOf(chunk: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < chunk.byteLength; start += mostPieceBytes)
    yield chunk.subarray(start, start + mostPieceBytes)
}
