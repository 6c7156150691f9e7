import { z } from 'zod'
import { defOf, type Shape, shapeOf } from './shape.ts'

/** The part of a record that is read. */
export interface Needed {
  readonly shape: Shape
  /** The type of that part. Refinements of whole objects are not in it: they may look at what is not read. */
  readonly schema: z.ZodType | undefined
  readonly reads: readonly string[]
}

type Path = readonly string[]

/**
 * What has to be read of a record, given the paths that are asked for. Undefined where that is all of it: when the record
 * itself is asked for, or when its type is no plain object, so that a path is not one of the text.
 */
export function needed(schema: z.ZodType | undefined, paths: readonly Path[]): Needed | undefined {
  if (paths.some((path) => path.length === 0)) return undefined
  if (schema === undefined) return { shape: shapeOfPaths(paths), schema: undefined, reads: readsOf(paths) }
  if (defOf(schema).type !== 'object') return undefined
  const part = partOf(schema as z.ZodObject, paths)
  return { shape: shapeOf(part.schema), schema: part.schema, reads: readsOf(part.paths) }
}

/** A type of the fields on some paths, and those paths, each as far as the type can be taken apart. */
function partOf(schema: z.ZodObject, paths: readonly Path[]): { schema: z.ZodType; paths: Path[] } {
  const { shape, catchall } = defOf(schema)
  const kept: Record<string, z.ZodType> = {}
  const read: Path[] = []
  for (const [field, inside] of grouped(paths)) {
    const declared = Object.hasOwn(shape, field) ? shape[field] : undefined
    // A field that the type drops is not there, and one that it refuses is none that could be asked for.
    const type = (declared ?? (catchall && catchall._zod.def.type !== 'never' ? z.optional(catchall) : undefined)) as
      | z.ZodType
      | undefined
    if (type === undefined || field === '__proto__') continue
    const goesOn = defOf(type).type === 'object' && inside.every((path) => path.length > 0)
    if (!goesOn) {
      kept[field] = type
      read.push([field])
      continue
    }
    const part = partOf(type as z.ZodObject, inside)
    kept[field] = part.schema
    read.push(...part.paths.map((path) => [field, ...path]))
  }
  return { schema: z.object(kept), paths: read }
}

function shapeOfPaths(paths: readonly Path[]): Shape {
  const fields = [...grouped(paths)].map(([key, inside]) => ({
    key,
    shape: inside.some((path) => path.length === 0) ? ({ kind: 'any' } as const) : shapeOfPaths(inside),
  }))
  return { kind: 'object', fields, others: 'dropped' }
}

function grouped(paths: readonly Path[]): Map<string, Path[]> {
  const groups = new Map<string, Path[]>()
  for (const [head, ...rest] of paths) {
    if (head === undefined) continue
    const group = groups.get(head)
    if (group) group.push(rest)
    else groups.set(head, [rest])
  }
  return groups
}

const readsOf = (paths: readonly Path[]): readonly string[] => [...new Set(paths.map((path) => path.join('.')))]
