/** The stream that all contenders read: 400,000 sales of 1,000 users within twenty minutes, in order of their time. */
export interface Sale {
  readonly id: string
  readonly user: string
  readonly kind: 'view' | 'click' | 'buy'
  readonly page: string
  readonly at: number
  readonly country: string
  readonly amount: number
  readonly qty: number
  readonly active: boolean
  readonly note: string
}

export const recordCount = 400_000
export const windowMs = 60_000
/** Half of the sales are above it. */
export const leastAmount = 50

const begin = Date.UTC(2026, 10, 21, 12)

function saleAt(nth: number): Sale {
  // Spread evenly and the same in each process: a linear congruential generator (Numerical Recipes).
  const spread = (Math.imul(nth + 1, 1_664_525) + 1_013_904_223) >>> 0
  return {
    id: `o-${(1e9 + nth * 7_919).toString(36)}`,
    user: `user-${spread % 1_000}`,
    kind: (['view', 'click', 'buy'] as const)[spread % 3]!,
    page: `/products/category-${spread % 50}/item-${spread % 997}`,
    at: begin + nth * 3,
    country: ['DE', 'FR', 'US', 'BR', 'JP'][spread % 5]!,
    amount: ((spread >>> 8) % 10_000) / 100,
    qty: 1 + (nth % 9),
    active: nth % 2 === 0,
    note: `left at the door ${nth % 10}`,
  }
}

/** The sales as lines of JSON, some 200 bytes each. */
export function saleBytes(): Buffer {
  const blocks: Buffer[] = []
  for (let from = 0; from < recordCount; from += blockLength) {
    const lines = Array.from({ length: blockLength }, (_, nth) => `${JSON.stringify(saleAt(from + nth))}\n`)
    blocks.push(Buffer.from(lines.join('')))
  }
  return Buffer.concat(blocks)
}

/** So many lines are made at a time; it divides the number of records. */
const blockLength = 10_000

/** The same bytes as they come from a file or a socket. */
export function chunksOf(bytes: Buffer, size = 65_536): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
  return chunks
}

/** What a contender tells of its results: how many there are, how many sales they count, and a sum that tells which. */
export interface Counted {
  readonly results: number
  readonly sales: number
  readonly digest: number
}

/** A number for a result: of the window's nth in the stream, the user's number, and the count. */
export const digestOf = (start: number, user: string, count: number): number =>
  ((start - begin) / windowMs + 1) * (Number(user.slice(5)) + 1) * count

/** What is right, by a way that is nobody's: all sales grouped at once. */
export function counted(): Counted {
  const groups = Object.groupBy(largeSales(0, recordCount), ({ at, user }) => `${at - (at % windowMs)} ${user}`)
  const results = Object.entries(groups).map(([key, all]) => {
    const [start, user] = key.split(' ') as [string, string]
    return { count: all!.length, digest: digestOf(Number(start), user, all!.length) }
  })
  return {
    results: results.length,
    sales: results.reduce((sum, { count }) => sum + count, 0),
    digest: results.reduce((sum, { digest }) => sum + digest, 0),
  }
}

/** Those of some sales, by their numbers, that pass the filter. */
export const largeSales = (from: number, to: number): Sale[] =>
  Array.from({ length: to - from }, (_, nth) => saleAt(from + nth)).filter(({ amount }) => amount >= leastAmount)
