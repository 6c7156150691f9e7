import { z } from 'zod'
import { defOf, internals, type Schema } from '../nodes.ts'
import { operand, type Sibling, siblingOf } from './intersection.ts'

const twins = new WeakMap<Schema, Schema>()

/**
 * The same type with every `z.object` refusing unknown keys as `z.strictObject` does. Objects with a catchall of their
 * own (`z.looseObject`, `z.strictObject`, `.catchall()`) stay as declared.
 *
 * The twin is made of clones of Zod's schemas, so that it is strict also where Zod runs it. Shapes and `lazy` are
 * resolved when Zod first asks for them, which ends recursion: by then the twin of the outer schema is known. Schemas
 * without objects below them are their own twins. Left as they are: schemas inside checks (`z.property`), keys of records
 * and the parts of template literals, and classes that are not Zod's.
 */
export function strictTwin(schema: Schema): Schema {
  const known = twins.get(schema)
  if (known) return known
  const twin = makeTwin(schema)
  twins.set(schema, twin)
  return twin
}

function makeTwin(schema: Schema): Schema {
  const def = defOf(schema)
  switch (def.type) {
    case 'object':
      return strictObject(schema, strictTwin)
    case 'lazy':
      return clone(schema, { getter: () => strictTwin(internals(schema).innerType!), _cachedInner: undefined })
    case 'array':
      return cloneWith(schema, { element: strictTwin(def.element) })
    case 'tuple':
      return cloneWith(schema, { items: twinList(def.items), rest: def.rest && strictTwin(def.rest) })
    case 'record':
      return cloneWith(schema, { valueType: strictTwin(def.valueType) })
    case 'map':
      return cloneWith(schema, { keyType: strictTwin(def.keyType), valueType: strictTwin(def.valueType) })
    case 'set':
      return cloneWith(schema, { valueType: strictTwin(def.valueType) })
    case 'union':
      return cloneWith(schema, { options: twinList(def.options) })
    case 'intersection': {
      const [left, right]: [Sibling, Sibling] = [siblingOf(def.left), siblingOf(def.right)]
      return cloneWith(schema, { left: operand(def.left, right), right: operand(def.right, left) })
    }
    case 'pipe':
      return cloneWith(schema, { in: strictTwin(def.in), out: strictTwin(def.out) })
    case 'function':
      return cloneWith(schema, {
        input: def.input && strictTwin(def.input),
        output: def.output && strictTwin(def.output),
      })
    default:
      return def.innerType ? cloneWith(schema, { innerType: strictTwin(def.innerType) }) : schema
  }
}

const twinList = (schemas: readonly Schema[]): readonly Schema[] => {
  const list = schemas.map(strictTwin)
  return list.some((twin, index) => twin !== schemas[index]) ? list : schemas
}

/** An object that refuses unknown keys unless it says otherwise, its fields made by `field`. */
export function strictObject(schema: Schema, field: (schema: Schema, key: string | symbol) => Schema): Schema {
  const def = defOf(schema)
  const shape = {}
  // Reading `def.shape` here would run the getters of a recursive type too early; its keys can be read at once.
  const raw = (z.core.util as { rawShape?: (def: unknown) => object }).rawShape?.(def) ?? def.shape
  for (const key of Reflect.ownKeys(raw)) {
    if (!Object.getOwnPropertyDescriptor(raw, key)!.enumerable) continue
    Object.defineProperty(shape, key, {
      enumerable: true,
      configurable: true,
      get: () => field(defOf(schema).shape[key]!, key),
    })
  }
  return clone(schema, { shape, catchall: def.catchall ? strictTwin(def.catchall) : z.never() })
}

/** A clone with other parts, or the schema itself when no part changed. */
export function cloneWith(schema: Schema, parts: object): Schema {
  const def = defOf(schema) as unknown as Record<string, unknown>
  if (Object.entries(parts).every(([name, part]) => def[name] === part)) return schema
  return clone(schema, parts)
}

function clone(schema: Schema, parts: object): Schema {
  const def = z.core.util.mergeDefs(
    defOf(schema) as unknown as Record<string, unknown>,
    parts as Record<string, unknown>,
  )
  return z.core.clone(schema, def as never, { parent: true })
}
