/**
 * The names nearest to a mistyped one, nearest first: at most a third of its letters may differ. A swap of neighbours
 * counts once (optimal string alignment distance).
 */
export function suggest(typed: string, names: Iterable<string>, most = 3): string[] {
  const wanted = typed.toLowerCase()
  const near: { name: string; distance: number }[] = []
  for (const name of names) {
    const candidate = name.toLowerCase()
    const short = candidate.slice(candidate.lastIndexOf('.') + 1)
    const nearest = Math.min(distance(wanted, candidate), wanted.includes('.') ? Infinity : distance(wanted, short))
    if (nearest <= Math.max(1, Math.floor(wanted.length / 3))) near.push({ name, distance: nearest })
  }
  near.sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
  // What is clearly farther than the best is only noise beside it.
  const best = near[0]?.distance ?? 0
  return near
    .filter(({ distance: own }) => own <= best + 1)
    .slice(0, most)
    .map(({ name }) => name)
}

/** "; did you mean a or b?", or nothing. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`
}

function distance(a: string, b: string): number {
  if (a === b) return 0
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1
      let cost = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + same)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, beforePrevious[column - 2]! + 1)
      current.push(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length]!
}
