import { z } from 'zod'
import { Defect } from '../error/defect.ts'
import { lazyType, zodType, type ZodType } from '../schema/zod-type.ts'
import type { Schema } from '../schema/schema.ts'

/** A type inside of itself is followed this far. */
const deepest = 8

/** One value of an app's configuration. */
export interface ConfigField {
  readonly path: readonly string[]
  readonly type: Schema
  /** The variables of the environment that give it: the first one that is set wins. */
  readonly variables: readonly string[]
}

/**
 * The values that a configuration consists of, those of objects in it too. A value stands in the variable that
 * `.meta({ env: 'NAME' })` names on its type, else in one made of its path: `database.maxRows` of the app `bank` is
 * `BANK_DATABASE_MAX_ROWS`, or `DATABASE_MAX_ROWS`.
 *
 * @throws {Defect} InvalidDefinition, when the type is no object
 */
export function configFields(type: Schema, app: string): ConfigField[] {
  const root = within(zodType(type))
  if (root.type._zod.def.type !== 'object')
    throw new Defect('InvalidDefinition', { name: 'config', reason: 'the configuration is a z.object({ … })' })
  return fieldsBelow(root.type, [], app)
}

function fieldsBelow(type: ZodType, path: readonly string[], app: string): ConfigField[] {
  const { def } = type._zod
  if (def.type !== 'object') return []
  return Object.entries(def.shape).flatMap(([name, own]) => {
    const at = [...path, name]
    const field = zodType(own as Schema)
    const { type: inner, env } = within(field)
    const isGroup = inner._zod.def.type === 'object' && env === undefined && at.length < deepest
    if (isGroup) return fieldsBelow(inner, at, app)
    return [{ path: at, type: own as Schema, variables: env === undefined ? variablesOf(at, app) : [env] }]
  })
}

/** What stands inside of wrappers, and the variable that one of them names. */
function within(type: ZodType): { type: ZodType; env?: string } {
  const named = z.globalRegistry.get(type)?.env
  const env = typeof named === 'string' ? named : undefined
  const inner = innerOf(type)
  if (!inner) return { type, env }
  const found = within(inner)
  return { type: found.type, env: env ?? found.env }
}

function innerOf(type: ZodType): ZodType | undefined {
  const { def } = type._zod
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return def.innerType as ZodType
    case 'lazy':
      return lazyType(type) as ZodType
    case 'pipe':
      return def.in as ZodType
    default:
      return undefined
  }
}

function variablesOf(path: readonly string[], app: string): string[] {
  const name = upper(path.join('_'))
  return [`${upper(app)}_${name}`, name]
}

/** `maxRows` → `MAX_ROWS` */
const upper = (name: string) =>
  name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
