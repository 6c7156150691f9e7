/** A deposit on one of many streams. */
export interface Deposit {
  readonly stream: string
  readonly cents: number
  readonly note: string
}

/** Deposits on 1,000 streams, in no order. */
export const deposits: readonly Deposit[] = Array.from({ length: 1000 }, (_, index) => ({
  stream: `account-${(index * 7919) % 1000}`,
  cents: 1 + (index % 500),
  note: `deposit number ${index} over the counter`,
}))

/** What the last event of the stream must say. */
export const deposited = (input: unknown): unknown => ({ ok: true, last: (input as Deposit).cents })
