import { anyIndex, type PathSegment, type Schema } from '@heddle/core'
import type { z } from 'zod'

/** A place as its steps; `#` is any index. */
interface Way {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

const steps = (place: string) => (place === '' ? [] : place.split('/'))

/**
 * Says where a place of the input behind stands in the input that callers know: as it is stated, else at the field of the
 * same name, else nowhere more exact than the whole.
 */
export function placesOf(type: Schema, stated: Readonly<Record<string, string>> = {}) {
  // The longest way first: it says the most.
  const ways = Object.entries(stated)
    .map(([from, to]): Way => ({ from: steps(from), to: steps(to) }))
    .sort((a, b) => b.from.length - a.from.length)
  const fields = fieldNames(type as z.core.$ZodType)
  return (path: readonly PathSegment[]): readonly PathSegment[] => {
    for (const way of ways) {
      const found = follow(way, path)
      if (found) return found
    }
    return fields.has(String(path[0])) ? path : []
  }
}

function follow({ from, to }: Way, path: readonly PathSegment[]): readonly PathSegment[] | undefined {
  const indexes: PathSegment[] = []
  if (path.length < from.length) return undefined
  for (const [at, step] of from.entries()) {
    if (step === anyIndex) indexes.push(path[at]!)
    else if (String(path[at]) !== step) return undefined
  }
  const start = to.map((step) =>
    step === anyIndex ? (indexes.shift() ?? anyIndex) : /^\d+$/.test(step) ? Number(step) : step,
  )
  return [...start, ...path.slice(from.length)]
}

const wrappers = new Set(['optional', 'nullable', 'default', 'prefault', 'nonoptional', 'readonly'])

function fieldNames(type: z.core.$ZodType): ReadonlySet<string> {
  const { def } = (type as z.core.$ZodTypes)._zod
  if (wrappers.has(def.type)) return fieldNames((def as z.core.$ZodOptionalDef).innerType)
  return new Set(def.type === 'object' ? Object.keys(def.shape) : [])
}
