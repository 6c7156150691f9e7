import { createDecoder, type DecodeMode, type Decoder, PendingBytes, streamStart } from '@heddle/stream'
import { z } from 'zod'
import type { Sale } from './records.ts'

const sale = z.object({
  id: z.string(),
  user: z.string(),
  kind: z.enum(['view', 'click', 'buy']),
  page: z.string(),
  at: z.int(),
  country: z.string(),
  amount: z.number(),
  qty: z.int(),
  active: z.boolean(),
  note: z.string(),
})

/** Decodes sales from chunks of bytes, as they come from a file. */
export class SaleReader {
  /** How many chunks were taken. */
  taken = 0
  readonly #chunks: readonly Buffer[]
  readonly #decoder: Decoder
  readonly #pending = new PendingBytes()
  #from = 0

  constructor(chunks: readonly Buffer[], mode: DecodeMode) {
    this.#chunks = chunks
    this.#decoder = createDecoder({ format: 'ndjson', schema: sale, mode, needed: [['user'], ['at'], ['amount']] })
    this.#decoder.seek(streamStart)
  }

  /** The next sales; undefined behind the last chunk. */
  next(max: number): Sale[] | undefined {
    for (;;) {
      const isEnd = this.taken === this.#chunks.length
      if (this.#from < this.#pending.length) {
        const { values, consumed } = this.#decoder.decode(this.#pending.bytes, this.#from, max, isEnd)
        this.#from += consumed
        if (values.length > 0) return values as Sale[]
      }
      if (isEnd) return undefined
      this.#pending.drop(this.#from)
      this.#from = 0
      this.#pending.add(this.#chunks[this.taken++]!)
    }
  }

  /** Begins anew with the first chunk. */
  again(): void {
    this.taken = 0
  }
}
