/** A record in state: where it stands among the others, and what it holds. */
export interface KeptRecord {
  readonly time: number
  readonly id: string
  readonly value: unknown
}

/**
 * The order of records: by event time, and by their names where that is equal, so that it does not depend on the order
 * in which they were read. Numbers in names count as such: offset 9 stands before offset 10.
 */
export const byTime = (left: KeptRecord, right: KeptRecord): number =>
  left.time - right.time || compareIds(left.id, right.id)

const digits = /^\d+$/

/** The order of names of records. */
export function compareIds(left: string, right: string): number {
  if (left === right) return 0
  const [ones, others] = [left.split('/'), right.split('/')]
  for (let at = 0; at < Math.min(ones.length, others.length); at += 1) {
    const [one, other] = [ones[at]!, others[at]!]
    if (one === other) continue
    const [isNumber, isOtherNumber] = [digits.test(one), digits.test(other)]
    if (isNumber !== isOtherNumber) return isNumber ? -1 : 1
    const difference = isNumber ? Number(one) - Number(other) : 0
    if (difference !== 0) return difference
    return one < other ? -1 : 1
  }
  return ones.length - others.length
}

/** Puts a record where it belongs in a list in order. Most come in order, so the search begins at the end. */
export function insertByTime<Record extends KeptRecord>(records: Record[], added: Record): void {
  let at = records.length
  while (at > 0 && byTime(records[at - 1]!, added) > 0) at -= 1
  records.splice(at, 0, added)
}
