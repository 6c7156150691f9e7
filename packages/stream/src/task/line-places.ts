import type { RecordLines } from '../source/source.ts'

/** Records whose lines follow on one another. */
interface Span {
  /** The number of its first record in the partition. */
  readonly from: number
  readonly of: string
  /** How much greater a line is than the number of its record. */
  readonly ahead: number
}

/** So many spans are known of a partition: where each record has several lines, that is as many records (limit `job.linePlaces`). */
const spanLimit = 1000

/**
 * On which line of which file the records of a partition stand, for as long as steps may work on them. Most files are one
 * span; of those whose records have different numbers of lines only the newest records are known.
 */
export class LinePlaces {
  #spans: Span[] = []

  /** @param offset the number of the first record of the batch */
  add({ of, first, skips = [] }: RecordLines, offset: number): void {
    let ahead = first - offset
    this.#begin(offset, of, ahead)
    for (const { index, lines } of skips) this.#begin(offset + index, of, (ahead += lines))
  }

  /** Where a record stands, e.g. `flights.ndjson:17`; undefined where that is not known any more. */
  of(offset: number): string | undefined {
    const span = this.#spans.findLast(({ from }) => from <= offset)
    return span && `${span.of}:${offset + span.ahead}`
  }

  #begin(from: number, of: string, ahead: number): void {
    const last = this.#spans.at(-1)
    if (last?.of === of && last.ahead === ahead) return
    if (last?.from === from) this.#spans.pop()
    this.#spans.push({ from, of, ahead })
    // Half at once, so that it is not done for each.
    if (this.#spans.length > spanLimit) this.#spans = this.#spans.slice(spanLimit / 2)
  }
}
