import { className, defOf, internals, reachable, type Schema } from './nodes.ts'

const known = new WeakMap<Schema, boolean>()

/**
 * Whether Zod may answer a synchronous parse of this schema with a promise instead of an error. A refinement that is
 * asynchronous throws at once; a transform, a codec and `z.promise` let the schemas around them find out.
 */
export function mayPend(schema: Schema): boolean {
  let answer = known.get(schema)
  if (answer === undefined) {
    answer = search(schema)
    known.set(schema, answer)
  }
  return answer
}

// Saying yes costs time only, so it is the answer where there is no end to the search.
function search(root: Schema): boolean {
  const { schemas, cut } = reachable(root)
  return cut || [...schemas].some(isPending)
}

const isPending = (schema: Schema): boolean =>
  defOf(schema).type === 'transform' ||
  defOf(schema).type === 'promise' ||
  className(schema) === 'Codec' ||
  !isZods(schema)

// A class of a user can do anything.
const isZods = (schema: Schema): boolean => /^\$?Zod(Mini)?[A-Z]/.test(internals(schema).constr.name)
