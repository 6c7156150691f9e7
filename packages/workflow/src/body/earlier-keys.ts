/** Old names by new ones; several where something was renamed more than once. */
export type Renames = Readonly<Record<string, string | readonly string[]>>

/**
 * The keys under which a journal may hold what the code asks for by one: its own first, then those that it had when its
 * parts went by other names. A scope's name is renamed like a step's: `orders[o-17]/charge` has two parts.
 */
export function earlierKeys(key: string, renamedFrom: Renames): string[] {
  let keys = ['']
  let isFirst = true
  for (const part of partsOf(key)) {
    const names = [part, ...earlierNames(part, renamedFrom)]
    keys = keys.flatMap((path) => names.map((name) => (isFirst ? name : `${path}/${name}`)))
    isFirst = false
  }
  return keys
}

function earlierNames(part: string, renamedFrom: Renames): string[] {
  const open = part.indexOf('[')
  const name = open < 0 ? part : part.slice(0, open)
  if (!Object.hasOwn(renamedFrom, name)) return []
  return [renamedFrom[name]!].flat().map((old) => old + part.slice(name.length))
}

/** The scopes and the id of a key. What stands in brackets is an element's own name, with whatever is in it. */
export function partsOf(key: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < key.length; index++) {
    const sign = key[index]
    if (sign === '[') depth++
    else if (sign === ']') depth = Math.max(0, depth - 1)
    else if (sign === '/' && depth === 0) {
      parts.push(key.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, key.slice(start)]
}
