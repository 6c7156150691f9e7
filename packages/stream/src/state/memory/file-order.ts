/** So many are put in order as single numbers: a hash and an index fit into the 53 bits of one. */
const most = 2 ** 21

/**
 * The indexes of hashes in the order of the hashes. Sorting numbers takes a tenth of the time that comparing keys would, and
 * touches nothing of them.
 */
export function inFileOrder(hashes: readonly number[]): ArrayLike<number> {
  if (hashes.length > most) return hashes.map((_, at) => at).sort((a, b) => hashes[a]! - hashes[b]! || a - b)
  const order = new Float64Array(hashes.length)
  for (let at = 0; at < hashes.length; at++) order[at] = hashes[at]! * most + at
  order.sort()
  for (let at = 0; at < order.length; at++) order[at] = order[at]! - Math.floor(order[at]! / most) * most
  return order
}
