import type { Watermarked } from './receiver.ts'

/** The least of some watermarks; +Infinity where there are none. */
export function lowest(upstream: readonly Watermarked[]): number {
  let least = Infinity
  for (let at = 0; at < upstream.length; at++) {
    const { watermark } = upstream[at]!
    if (watermark < least) least = watermark
  }
  return least
}
