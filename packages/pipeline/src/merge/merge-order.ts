import type { Sides } from './sides.ts'

/**
 * Merges two orders of things that are known by their ids. Who alone changed the order of what all three have decides;
 * what a side added stands behind what it put it behind. Where both changed the order in different ways, or both put
 * something of their own behind the same thing, nobody can know what comes first: that is told.
 *
 * @param members what the merged list holds
 */
export function mergeOrder(
  { base, ours, theirs }: Sides<readonly string[]>,
  members: ReadonlySet<string>,
  tell: () => void,
): string[] {
  const isCommon = (id: string) => members.has(id) && base.includes(id) && ours.includes(id) && theirs.includes(id)
  const [before, own, other] = [base, ours, theirs].map((list) => JSON.stringify(list.filter(isCommon)))
  let isTold = false
  const tellOnce = () => {
    if (!isTold) tell()
    isTold = true
  }
  const isTheirs = own === before && other !== before
  if (!isTheirs && other !== before && own !== other) tellOnce()
  // What both put here, e.g. by moving it, has no order from before that would decide.
  const isBoth = (id: string) => members.has(id) && ours.includes(id) && theirs.includes(id)
  const [mine, others] = [ours.filter(isBoth), theirs.filter(isBoth)]
  if (mine.some((id) => !base.includes(id)) && mine.join('\n') !== others.join('\n')) tellOnce()
  const [first, second] = isTheirs ? [theirs, ours] : [ours, theirs]
  const order = first.filter((id) => members.has(id))
  for (const list of [second, base]) insert(list, first, order)
  return order

  function insert(list: readonly string[], spine: readonly string[], into: string[]): void {
    let last = -1
    for (const id of list) {
      if (!members.has(id)) continue
      const known = into.indexOf(id)
      if (known >= 0) {
        last = known
        continue
      }
      last++
      // What the other side put here too comes first.
      while (last < into.length && isNew(into[last]!, list, spine)) {
        tellOnce()
        last++
      }
      into.splice(last, 0, id)
    }
  }

  function isNew(id: string, list: readonly string[], spine: readonly string[]): boolean {
    return spine.includes(id) && !list.includes(id) && !base.includes(id)
  }
}
