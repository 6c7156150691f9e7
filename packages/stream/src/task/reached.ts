import type { Watermarked } from './receiver.ts'

/**
 * Up to which event time some that come together were read: the least of those that are still heard of. Where none is, it is the
 * greatest of all, as if they had fallen silent one after the other, and no more: nothing is known of the time that passed since.
 * +Infinity where all are at their end, which counts for nobody else.
 *
 * Source: the StatusWatermarkValve of Apache Flink.
 */
export function reached(upstream: readonly Watermarked[]): number {
  let least = Infinity
  let silent = -Infinity
  let isSilent = false
  for (let at = 0; at < upstream.length; at++) {
    const one = upstream[at]!
    const { watermark } = one
    if (one.isSilent) {
      isSilent = true
      if (watermark > silent) silent = watermark
    } else if (watermark < least) least = watermark
  }
  return isSilent && least === Infinity ? silent : least
}

/** Whether nothing is heard of any of them that may still say something. */
export function areSilent(upstream: readonly Watermarked[]): boolean {
  let isSilent = false
  for (let at = 0; at < upstream.length; at++) {
    const one = upstream[at]!
    if (one.isSilent) isSilent = true
    else if (one.watermark < Infinity) return false
  }
  return isSilent
}
