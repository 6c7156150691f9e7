/** One thing that can be found. The names are short because all of them stand in the first page. */
export interface Entry {
  /** The full name. */
  readonly n: string
  /** Which kind of thing it is, e.g. `query`. */
  readonly k: string
  /** Where its page lies. */
  readonly u: string
  readonly s: string
  /** Its fields as `anchor path`, e.g. `input.to`. */
  readonly f: readonly string[]
  /** The codes of the errors that it can end with, each with the key that is the anchor. */
  readonly e: readonly (readonly [code: string, key: string])[]
}

/** What was found, and why: the field or the code that a word stands in, where the name does not hold it. */
export interface Hit {
  readonly entry: Entry
  readonly why: string
  readonly anchor: string
}

/**
 * Finds what holds every word that is asked for, the best first: a word that is the name counts most, then one that begins a
 * part of it, one inside of it, an error code, a field, and the summary. The page runs it as its own text, so nothing from
 * outside may be used.
 */
export function rank(entries: readonly Entry[], query: string): Hit[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return []
  const found: (Hit & { score: number })[] = []
  for (const entry of entries) {
    let score = 0
    let why = ''
    let anchor = ''
    for (const word of words) {
      const points = inName(entry.n, word)
      if (points > 0) {
        score += points
        continue
      }
      const error =
        entry.e.find(([code]) => code.toLowerCase() === word) ??
        entry.e.find(([code, key]) => code.toLowerCase().includes(word) || key.toLowerCase() === word)
      const field =
        entry.f.find((path) => path.toLowerCase().split('.').at(-1) === word) ??
        entry.f.find((path) =>
          path
            .slice(path.indexOf('.') + 1)
            .toLowerCase()
            .includes(word),
        )
      if (error) {
        score += 20
        why ||= error[0]
        anchor ||= error[1]
      } else if (field) {
        score += 15
        why ||= field
        anchor ||= field
      } else if (entry.s.toLowerCase().includes(word) || entry.k === word) score += 8
      else {
        score = 0
        break
      }
    }
    if (score > 0) found.push({ entry, why, anchor, score })
  }
  return found.sort((a, b) => b.score - a.score || (a.entry.n < b.entry.n ? -1 : 1))

  function inName(name: string, word: string): number {
    const lower = name.toLowerCase()
    const last = lower.slice(lower.lastIndexOf('.') + 1)
    if (lower === word || last === word) return 100
    if (last.startsWith(word)) return 60
    // The parts of `TransferMoney` are `transfer` and `money`.
    const parts = name.split(/[.\s]|(?<=[a-z0-9])(?=[A-Z])/)
    if (parts.some((part) => part.toLowerCase().startsWith(word))) return 50
    return lower.includes(word) ? 30 : 0
  }
}
