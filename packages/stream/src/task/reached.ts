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

/** Up to which event time a step may go on that reads them, once those of them that are silent were lifted up to there. */
export function reachedTogether(upstream: readonly Watermarked[]): number {
  const target = reached(upstream)
  // What a silent one had told may be in the hands of another one now, which is waited for.
  return liftSilent(upstream, target) ? reached(upstream) : target
}

/** Lifts those that are silent and behind a time. Says whether there were any. */
export function liftSilent(upstream: readonly Watermarked[], time: number): boolean {
  let isLifted = false
  for (let at = 0; at < upstream.length; at++) {
    const one = upstream[at]!
    if (!one.isSilent || one.watermark >= time) continue
    one.lift(time)
    isLifted = true
  }
  return isLifted
}
