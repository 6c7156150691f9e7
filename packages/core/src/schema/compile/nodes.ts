import type { z } from 'zod'
import type { RawIssue } from './issues.ts'

export type Schema = z.core.$ZodType
export type Check = z.core.$ZodCheck<never>

/** What Zod hands from schema to schema while it parses. */
export interface Payload {
  value: unknown
  issues: RawIssue[]
  aborted?: boolean | undefined
}

/** The parts of Zod's definitions that this folder reads, over all kinds. */
export interface Def {
  readonly type: string
  readonly checks?: readonly Check[]
  readonly error?: unknown
  readonly coerce?: boolean
  readonly format?: string
  readonly pattern?: RegExp
  readonly innerType: Schema
  readonly element: Schema
  readonly shape: Record<string | symbol, Schema>
  readonly catchall?: Schema
  readonly items: readonly Schema[]
  readonly rest: Schema | null
  readonly keyType: Schema
  readonly valueType: Schema
  readonly mode?: string
  readonly partial?: boolean
  readonly options: readonly Schema[]
  readonly discriminator: string
  readonly unionFallback?: boolean
  readonly left: Schema
  readonly right: Schema
  readonly in: Schema
  readonly out: Schema
  readonly input?: Schema
  readonly output?: Schema
  readonly values: readonly unknown[]
  readonly getter: () => Schema
}

/** The definition of a check, over all kinds. */
export interface CheckDef {
  readonly check: string
  readonly abort?: boolean
  readonly when?: (payload: Payload) => boolean
  readonly value: number | bigint | Date
  readonly inclusive: boolean
  readonly minimum: number
  readonly maximum: number
  readonly length: number
  readonly size: number
  readonly format?: string
  readonly pattern?: RegExp
  readonly includes: string
  readonly position?: number
  readonly prefix: string
  readonly suffix: string
  readonly alg?: string | null
  readonly fn: (value: unknown) => unknown
  readonly tx: (value: unknown) => unknown
  readonly path?: PropertyKey[]
  readonly params?: unknown
}

interface Internals {
  readonly def: unknown
  readonly constr: { readonly name: string }
  readonly traits: ReadonlySet<string>
  readonly optin?: 'optional' | 'defaulted'
  readonly optout?: 'optional'
  readonly values?: ReadonlySet<unknown>
  readonly propValues?: Readonly<Record<string, ReadonlySet<unknown>>>
  readonly pattern?: RegExp
  readonly innerType?: Schema
  readonly run: (payload: Payload, context: object) => Payload | Promise<Payload>
  readonly parse: (payload: Payload, context: object) => Payload | Promise<Payload>
  readonly check: (payload: Payload) => unknown
}

/** Zod's internals of a schema or check, seen without its generics. */
export const internals = (node: Schema | Check): Internals => node._zod as unknown as Internals

export const defOf = (schema: Schema): Def => internals(schema).def as Def
export const checkDefOf = (check: Check): CheckDef => internals(check).def as CheckDef

/** The name of the class that Zod made a node with, equal for `z.`, `zod/mini` and `z.core`; user classes keep theirs. */
export const className = (node: Schema | Check): string =>
  (internals(node).constr?.name ?? '').replace(/^\$?ZodMini(?=[A-Z])|^\$Zod|^Zod/, '')

/** The checks of a schema in the order in which Zod runs them. A format such as `z.email()` is its own first check. */
export function checksOf(schema: Schema): readonly Check[] {
  const own = internals(schema).traits.has('$ZodCheck') ? [schema as unknown as Check] : []
  return [...own, ...(defOf(schema).checks ?? [])]
}

/** The keys that a shape declares and that Zod reads: `__proto__` is never copied. */
export const shapeKeys = (shape: object): (string | symbol)[] =>
  [...Object.keys(shape), ...Object.getOwnPropertySymbols(shape)].filter((key) => key !== '__proto__')

/** The schemas right below one, each with its step of the path. */
export function childrenOf(schema: Schema): [string, Schema][] {
  const def = defOf(schema)
  const some = (...parts: [string, Schema | null | undefined][]) =>
    parts.filter((part): part is [string, Schema] => !!part[1])
  switch (def.type) {
    case 'object':
      return [
        ...shapeKeys(def.shape).map((key): [string, Schema] => [String(key), def.shape[key]!]),
        ...some(['*', def.catchall]),
      ]
    case 'array':
      return [['#', def.element]]
    case 'tuple':
      return [...def.items.map((item, index): [string, Schema] => [String(index), item]), ...some(['#', def.rest])]
    case 'record':
    case 'map':
      return [
        ['<key>', def.keyType],
        ['#', def.valueType],
      ]
    case 'set':
      return [['#', def.valueType]]
    case 'union':
      return def.options.map((option, index) => [`|${index}`, option])
    case 'intersection':
      return [
        ['&0', def.left],
        ['&1', def.right],
      ]
    case 'pipe':
      return [
        ['<in>', def.in],
        ['<out>', def.out],
      ]
    case 'function':
      return some(['<input>', def.input], ['<output>', def.output])
    case 'lazy':
      return [['', internals(schema).innerType!]]
    default:
      return def.innerType ? [['', def.innerType]] : []
  }
}

const MAX_NODES = 10_000
const MAX_LAZY = 100

/**
 * A schema and all below it, each once. It stops where there is no end in sight: a getter of `lazy` can make a new
 * schema each time it is asked, and Zod overflows the stack when too many of those are resolved. `cut` tells.
 */
export function reachable(root: Schema): { schemas: ReadonlySet<Schema>; cut: boolean } {
  const schemas = new Set([root])
  let lazy = 0
  for (const schema of schemas) {
    if (defOf(schema).type === 'lazy') lazy++
    if (schemas.size > MAX_NODES || lazy > MAX_LAZY) return { schemas, cut: true }
    for (const [, child] of childrenOf(schema)) schemas.add(child)
  }
  return { schemas, cut: false }
}
