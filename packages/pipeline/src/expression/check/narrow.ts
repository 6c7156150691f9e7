import type { Expression } from '../expression.ts'
import { whereNotNull } from '../types/without-null.ts'
import type { ScopeTypes } from '../types/value-type.ts'

/** The scope where some paths are known not to be null. Paths through lists and what is computed stay as they are. */
export function narrow(scope: ScopeTypes, known: readonly Expression[]): ScopeTypes {
  const narrowed: Record<string, ScopeTypes[string]> = { ...scope }
  for (const path of known.map(namesOf)) {
    const [root, ...fields] = path ?? []
    if (root !== undefined && Object.hasOwn(narrowed, root)) narrowed[root] = whereNotNull(narrowed[root]!, fields)
  }
  return narrowed
}

/** The names of a chain of fields, from its root. */
function namesOf(node: Expression): readonly string[] | undefined {
  if (node.kind === 'root') return [node.name]
  if (node.kind !== 'field') return undefined
  const of = namesOf(node.of)
  return of && [...of, node.name]
}
