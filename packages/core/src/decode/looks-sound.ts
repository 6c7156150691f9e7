/**
 * Whether a value that `JSON.parse` made is surely free of the faults that it overlooks. A `false` is only a suspicion.
 *
 * The idea: a member that was dropped as a duplicate leaves its colon in the text. In a text without `\u` escapes the
 * colons are those of the members plus those inside of strings, so that counting both finds every duplicate. Such a
 * text also spells `__proto__` and lone surrogates as they are, and an integer that was rounded reads as an unsafe one.
 */
export function looksSound(text: string, value: unknown, maxDepth: number): boolean {
  if (typeof value !== 'object' || value === null) return isSoundScalar(text, value)
  if (text.includes('\\u') || text.includes('__proto__') || !text.isWellFormed()) return false
  const members = countMembers(value, maxDepth)
  if (members === unsound) return false
  const colons = countColons(text)
  return colons === members || colons === members + colonsInStrings(value)
}

const unsound = -1

function isSoundScalar(text: string, value: unknown): boolean {
  return typeof value === 'string' ? text.isWellFormed() && value.isWellFormed() : !isRounded(value)
}

const isRounded = (value: unknown): boolean =>
  typeof value === 'number' && (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER)

/** The members of all objects, or `unsound` at a number that may have been rounded or below the depth limit. */
function countMembers(value: object, depthLeft: number): number {
  if (depthLeft === 0) return unsound
  let members = 0
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const element: unknown = value[index]
      if (typeof element === 'object' && element !== null) {
        const inside = countMembers(element, depthLeft - 1)
        if (inside === unsound) return unsound
        members += inside
      } else if (isRounded(element)) return unsound
    }
    return members
  }
  for (const key in value) {
    members++
    const member = (value as Record<string, unknown>)[key]
    if (typeof member === 'object' && member !== null) {
      const inside = countMembers(member, depthLeft - 1)
      if (inside === unsound) return unsound
      members += inside
    } else if (isRounded(member)) return unsound
  }
  return members
}

function countColons(text: string): number {
  let count = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) count++
  return count
}

function colonsInStrings(value: unknown): number {
  if (typeof value === 'string') return countColons(value)
  if (typeof value !== 'object' || value === null) return 0
  let colons = 0
  for (const key in value) {
    if (!Array.isArray(value)) colons += countColons(key)
    colons += colonsInStrings((value as Record<string, unknown>)[key])
  }
  return colons
}
