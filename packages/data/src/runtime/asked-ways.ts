import type { AnyEntity } from '../entity/entity.ts'
import { depthLimit } from '../depth/load-depth.ts'
import type { Ways } from '../depth/ways.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { AnyWith } from '../repository/load-paths.ts'

/** What is wrong with an input whose type is known only at run time. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/** Reads which related records a caller asks for: `{ company: true, calls: { by: true } }`. */
export function askedWays(
  entity: AnyEntity,
  ways: Ways,
  isOpen: (target: AnyEntity) => boolean,
  given: AnyRecord,
  path = 'with',
  depth = 1,
): { readonly asked: AnyWith } | { readonly issues: Issue[] } {
  const asked: Record<string, true | AnyWith> = {}
  for (const [name, further] of Object.entries(given)) {
    const at = `${path}/${name}`
    const way = Object.hasOwn(ways(entity), name) ? ways(entity)[name] : undefined
    if (!way || !isOpen(way.target)) return { issues: [{ path: at, message: `${entity.name} has no such way` }] }
    if (further === true) asked[name] = true
    else if (typeof further !== 'object' || further === null)
      return { issues: [{ path: at, message: 'expected true, or the ways that go on from there' }] }
    else if (depth === depthLimit) return { issues: [{ path: at, message: `at most ${depthLimit} levels are loaded` }] }
    else {
      const deeper = askedWays(way.target, ways, isOpen, further as AnyRecord, at, depth + 1)
      if ('issues' in deeper) return deeper
      asked[name] = deeper.asked
    }
  }
  return { asked }
}

/** The lists of parts that stand in the values of a record: those that go with their owner. */
export function partsIn(entity: AnyEntity, ways: Ways, values: readonly AnyRecord[]): AnyWith {
  const parts: Record<string, true | AnyWith> = {}
  for (const [name, { kind, target, field }] of Object.entries(ways(entity))) {
    const isPart = kind === 'many' && target.references.find((own) => own.field === field)?.onDelete === 'cascade'
    const given = values.map((each) => each[name]).filter(Array.isArray)
    if (!isPart || given.length === 0) continue
    const elements = given.flat().filter((each): each is AnyRecord => typeof each === 'object' && each !== null)
    const deeper = partsIn(target, ways, elements)
    parts[name] = Object.keys(deeper).length > 0 ? deeper : true
  }
  return parts
}
