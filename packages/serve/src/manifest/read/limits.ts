/** How deep lists and objects of a manifest may stand in each other: types that people write are a tenth as deep. */
export const maxDepth = 200

/** The largest manifest that is read, in bytes of JSON: one of a thousand commands takes some megabytes. */
export const maxManifestBytes = 64 * 1024 * 1024

/** What is wrong with a manifest, and where: names and places in lists, outermost first. */
export interface Wrong {
  readonly path: readonly PropertyKey[]
  readonly reason: string
}

/**
 * Looks for what no later step could take: JSON that is too deep to be walked by recursion, and fields that would become the
 * prototype of an object where they are written as source code.
 */
export function beyondLimits(json: unknown): Wrong | undefined {
  // A list of its own in place of recursion, which is what deep JSON would exhaust.
  const open: { readonly value: unknown; readonly at?: Place }[] = [{ value: json }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, at } = next
    if (typeof value !== 'object' || value === null) continue
    const depth = (at?.depth ?? 0) + 1
    if (depth > maxDepth) return { path: pathOf(at), reason: `it is deeper than ${maxDepth} levels` }
    for (const [name, inner] of Object.entries(value)) {
      const place = { name, outer: at, depth }
      if (name === '__proto__') return { path: pathOf(place), reason: 'no field may be called so' }
      open.push({ value: inner, at: place })
    }
  }
  return undefined
}

interface Place {
  readonly name: string
  readonly outer: Place | undefined
  readonly depth: number
}

function pathOf(place: Place | undefined): string[] {
  const names: string[] = []
  for (let at = place; at; at = at.outer) names.unshift(at.name)
  return names
}
