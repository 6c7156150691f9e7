/**
 * Where the record at work comes from: what names it for good. A record of a source is named by source, partition and
 * offset; what an operator made of many, by what it says. A reader (an operator or a sink) that is handed several records
 * of one origin counts them.
 */
export class Origin {
  /** `source/partition`, or what an operator said. */
  readonly base: string
  /** The number of the record in its partition; −1 where the base says all. */
  offset: number
  #text: string | undefined
  // Few read one record: looking through them is cheaper than a map that is emptied for each. Most have but one reader.
  #reader: object | undefined
  #handed = 0
  #others: { readonly reader: object; handed: number }[] | undefined

  constructor(base: string, offset = -1) {
    this.base = base
    this.offset = offset
  }

  /** Goes on to another record of the same partition. */
  next(offset: number): void {
    this.offset = offset
    if (this.#text === undefined) return
    // Who read the record before asked for its name.
    this.#text = undefined
    this.#reader = undefined
    this.#others = undefined
  }

  /** The name without ordinals. */
  get text(): string {
    return (this.#text ??= this.offset === -1 ? this.base : `${this.base}/${this.offset}`)
  }

  /** The name of the next record that a reader is handed of this origin. */
  nameFor(reader: object): string {
    const { text } = this
    const ordinal = this.#next(reader)
    return ordinal === 0 ? text : `${text}/${ordinal}`
  }

  /** The same name, for work that goes on later. */
  kept(): Origin {
    const copy = new Origin(this.base, this.offset)
    copy.#reader = this.#reader
    copy.#handed = this.#handed
    copy.#others = this.#others?.map((one) => ({ ...one }))
    return copy
  }

  /** How many records of this origin a reader was handed before. */
  #next(reader: object): number {
    if (this.#reader === undefined) {
      this.#reader = reader
      this.#handed = 1
      return 0
    }
    if (this.#reader === reader) return this.#handed++
    const other = this.#others?.find((one) => one.reader === reader)
    if (other !== undefined) return other.handed++
    ;(this.#others ??= []).push({ reader, handed: 1 })
    return 0
  }
}
