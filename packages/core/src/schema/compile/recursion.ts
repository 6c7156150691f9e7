import { childrenOf, type Schema } from './nodes.ts'

/**
 * The schemas that contain themselves, by Tarjan's algorithm for strongly connected components. In such schemas a value
 * can be circular, and Zod keeps track of that with a memory per parse.
 */
export function recursiveSchemas(root: Schema): Set<Schema> {
  const recursive = new Set<Schema>()
  const order = new Map<Schema, number>()
  const lowest = new Map<Schema, number>()
  const open: Schema[] = []

  const visit = (schema: Schema, depth: number): void => {
    order.set(schema, order.size)
    lowest.set(schema, order.get(schema)!)
    open.push(schema)
    // A getter can make a new schema each time it is asked. Beyond this depth the code is not generated anyway.
    for (const [, child] of depth < 200 ? childrenOf(schema) : []) {
      if (child === schema) recursive.add(schema)
      if (!order.has(child)) {
        visit(child, depth + 1)
        lowest.set(schema, Math.min(lowest.get(schema)!, lowest.get(child)!))
      } else if (open.includes(child)) {
        lowest.set(schema, Math.min(lowest.get(schema)!, order.get(child)!))
      }
    }
    if (lowest.get(schema) !== order.get(schema)) return
    const component = open.splice(open.indexOf(schema))
    if (component.length > 1) for (const member of component) recursive.add(member)
  }

  visit(root, 0)
  return recursive
}
