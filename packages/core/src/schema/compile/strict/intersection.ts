import { className, defOf, type Schema } from '../nodes.ts'
import { cloneWith, strictObject, strictTwin } from './strict-twin.ts'

/** The keys that the other operand of an intersection may look into; `every` when that cannot be listed. */
export type Sibling = ReadonlySet<string | symbol> | 'every'

const none: Sibling = new Set()

const both = (one: Sibling, other: Sibling): Sibling =>
  one === 'every' || other === 'every' ? 'every' : new Set([...one, ...other])

/** The keys that an operand declares. */
export function siblingOf(schema: Schema): Sibling {
  const def = defOf(schema)
  switch (def.type) {
    case 'object':
      return def.catchall && strictTwin(def.catchall) !== def.catchall ? 'every' : new Set(Reflect.ownKeys(def.shape))
    case 'record':
      return strictTwin(def.valueType) === def.valueType ? none : 'every'
    case 'union':
      return def.options.map(siblingOf).reduce(both, none)
    case 'intersection':
      return both(siblingOf(def.left), siblingOf(def.right))
    case 'pipe':
      return both(siblingOf(def.in), siblingOf(def.out))
    case 'lazy':
      return 'every'
    default:
      return def.innerType ? siblingOf(def.innerType) : none
  }
}

/**
 * The strict twin of one operand of an intersection.
 *
 * Each operand checks the whole value, so a strict one refuses what the other declares. Zod settles that for the keys
 * of the value itself: a key is unknown when both operands refuse it. So the outermost object of an operand is strict.
 * Zod does not settle it further down, so a field that both declare keeps its objects as declared, and so does an operand
 * in which Zod cannot see the refusal: a plain union, `catch`, a codec, a `lazy`, or a collection.
 */
export function operand(schema: Schema, sibling: Sibling): Schema {
  const def = defOf(schema)
  switch (def.type) {
    case 'object':
      return strictObject(schema, (field, key) => (sibling === 'every' || sibling.has(key) ? field : strictTwin(field)))
    case 'intersection':
      return cloneWith(schema, {
        left: operand(def.left, both(sibling, siblingOf(def.right))),
        right: operand(def.right, both(sibling, siblingOf(def.left))),
      })
    case 'union':
      if (className(schema) !== 'DiscriminatedUnion') return schema
      return cloneWith(schema, { options: def.options.map((option) => operand(option, sibling)) })
    case 'pipe':
      if (className(schema) === 'Codec') return schema
      return cloneWith(schema, { in: operand(def.in, sibling), out: operand(def.out, sibling) })
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
      return cloneWith(schema, { innerType: operand(def.innerType, sibling) })
    default:
      return schema
  }
}
