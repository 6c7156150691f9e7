/**
 * Upper bounds of durations, in seconds: those that OpenTelemetry's conventions name for requests, and five below them
 * for calls in process and statements.
 */
export const durationBounds: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]

/** How often values fell between bounds. Adding one is a few comparisons and three writes. */
export class Histogram {
  readonly bounds: readonly number[]
  /** One more than bounds: the last counts what is above all of them. */
  readonly counts: Float64Array
  sum = 0

  constructor(bounds: readonly number[] = durationBounds) {
    this.bounds = bounds
    this.counts = new Float64Array(bounds.length + 1)
  }

  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0)
  }

  /** A value on a bound belongs below it. */
  add(value: number): void {
    const { bounds } = this
    let index = 0
    while (index < bounds.length && value > bounds[index]!) index++
    this.counts[index]!++
    this.sum += value
  }
}
