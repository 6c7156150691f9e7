import type { Schema } from '../nodes.ts'
import { type Emitter, pathArgument, type Scope } from './emitter.ts'
import type { Place } from './node.ts'

/**
 * Writes a schema that contains itself as a function of its own, which calls itself, and a call of it.
 *
 * A circular value would never end, and Zod, which remembers what it has seen, knows how to end it. So the functions
 * count how deep they are, and beyond a limit they give up: then Zod checks the whole of it once more. That must not
 * call a user's function twice, so types in which users' functions are called stay Zod's.
 *
 * @param body writes the schema itself, in the place of a function body
 * @returns false when the schema is Zod's
 */
export function writeRecursive(
  emitter: Emitter,
  schema: Schema,
  value: string,
  scope: Scope,
  place: Place,
  body: (scope: Scope, place: Place) => void,
): boolean {
  const isInside = emitter.isInFunction
  if (!emitter.functions.has(schema)) {
    const write = () =>
      emitter.writeFunction(schema, () =>
        body({ path: [], aborted: 'ab', usesInvalid: true }, { path: place.path, depth: 0 }),
      )
    if (isInside) write()
    else if (!emitter.tryPure(write)) return false
  }
  const name = emitter.functions.get(schema)!
  const call = isInside ? `${name}(${value}, d + 1)` : `enter(${name}, ${emitter.constant(schema)}, ${value})`
  const aborted = scope.aborted ? ` if (p.aborted) ${scope.aborted} = true;` : ''
  emitter.write(`{ const p = ${call}; if (p instanceof Failed) {`)
  emitter.write(`${value} = p.value; iss = join(iss, p.issues${pathArgument(scope)});${aborted} } else ${value} = p; }`)
  return true
}
