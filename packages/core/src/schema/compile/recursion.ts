import { childrenOf, type Schema } from './nodes.ts'

/** Which schemas contain themselves. */
export interface Recursion {
  /** Schemas on a circle. */
  readonly members: ReadonlySet<Schema>
  /** Members such that every circle goes through one of them. */
  readonly heads: ReadonlySet<Schema>
  /** Whether the type has no end in sight: a getter can make a new schema each time it is asked. */
  readonly endless: boolean
}

const MAX_DEPTH = 300
const MAX_NODES = 10_000

/** Finds circles by Tarjan's algorithm for strongly connected components; heads are the targets of its back edges. */
export function findRecursion(root: Schema): Recursion {
  const members = new Set<Schema>()
  const heads = new Set<Schema>()
  const order = new Map<Schema, number>()
  const lowest = new Map<Schema, number>()
  const open: Schema[] = []
  const isOpen = new Set<Schema>()
  const path = new Set<Schema>()
  let endless = false

  const visit = (schema: Schema): void => {
    order.set(schema, order.size)
    lowest.set(schema, order.get(schema)!)
    open.push(schema)
    isOpen.add(schema)
    path.add(schema)
    if (path.size > MAX_DEPTH || order.size > MAX_NODES) endless = true
    for (const [, child] of endless ? [] : childrenOf(schema)) {
      if (path.has(child)) heads.add(child)
      if (child === schema) members.add(schema)
      if (!order.has(child)) {
        visit(child)
        lowest.set(schema, Math.min(lowest.get(schema)!, lowest.get(child)!))
      } else if (isOpen.has(child)) {
        lowest.set(schema, Math.min(lowest.get(schema)!, order.get(child)!))
      }
    }
    path.delete(schema)
    if (lowest.get(schema) !== order.get(schema)) return
    const component = open.splice(open.lastIndexOf(schema))
    for (const member of component) isOpen.delete(member)
    if (component.length > 1) for (const member of component) members.add(member)
  }

  visit(root)
  return { members, heads, endless }
}
