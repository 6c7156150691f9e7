import { checksOf, defOf, internals, type Schema } from '../nodes.ts'
import { wholeCondition, writeChecks } from './checks.ts'
import { type Emitter, literal, type Scope, writeIssue } from './emitter.ts'

/** The type test of a kind without parts, over the variable `value`; undefined for kinds with parts. */
function typeCondition(emitter: Emitter, schema: Schema, value: string): string | undefined {
  const def = defOf(schema)
  switch (def.type) {
    case 'string':
    case 'boolean':
    case 'bigint':
    case 'symbol':
    case 'undefined':
      return `typeof ${value} === '${def.type}'`
    case 'number':
      return `typeof ${value} === 'number' && Number.isFinite(${value})`
    case 'null':
      return `${value} === null`
    case 'void':
      return `${value} === undefined`
    case 'nan':
      return `typeof ${value} === 'number' && ${value} !== ${value}`
    case 'any':
    case 'unknown':
    case 'custom':
      return 'true'
    case 'never':
      return 'false'
    case 'date':
      return `${value} instanceof Date && !Number.isNaN(${value}.getTime())`
    case 'file':
      return `${value} instanceof File`
    case 'enum':
    case 'literal':
      return oneOf(emitter, [...internals(schema).values!], value)
    case 'template_literal': {
      const pattern = internals(schema).pattern!
      return `typeof ${value} === 'string' && ${emitter.constant(pattern)}.test(${value})`
    }
    default:
      return undefined
  }
}

// A few comparisons beat a look-up; sets find NaN, which no comparison does.
function oneOf(emitter: Emitter, values: readonly unknown[], value: string): string {
  if (values.length === 0) return 'false'
  if (values.length > 8 || values.some((one) => Number.isNaN(one)))
    return `${emitter.constant(new Set(values))}.has(${value})`
  return `(${values.map((one) => `${value} === ${literal(emitter, one)}`).join(' || ')})`
}

const coercions: Record<string, string> = {
  string: 'String',
  number: 'Number',
  boolean: 'Boolean',
  bigint: 'BigInt',
  date: 'new Date',
}

/** The condition that decides over a schema without parts that neither changes its value nor calls a user's function. */
export function pureCondition(emitter: Emitter, schema: Schema, value: string): string | undefined {
  const def = defOf(schema)
  if (def.coerce) return undefined
  const type = typeCondition(emitter, schema, value)
  if (type === undefined) return undefined
  return wholeCondition(emitter, def.type, checksOf(schema), value, type === 'true' ? [] : [type])
}

/** Writes a schema without parts. */
export function writeLeaf(emitter: Emitter, schema: Schema, value: string, scope: Scope): void {
  const def = defOf(schema)
  const type = typeCondition(emitter, schema, value)!
  const checks = checksOf(schema)
  if (def.coerce) {
    emitter.callsOut = true // `toString` of an object is a user's function.
    emitter.write(`try { ${value} = ${coercions[def.type]}(${value}) } catch {}`)
  }
  const chain = { schema, kind: def.type, checks, value, scope, leaf: true }
  const plain = checks.length === 0 && simpleTypes.has(def.type)
  const fields = `expected: "${def.type}", code: "invalid_type", input: ${value}, inst: ${emitter.constant(schema)}`
  const types = type === 'true' ? [] : [type]
  writeChecks(emitter, chain, 0, types, plain ? () => writeIssue(emitter, scope, fields) : undefined)
}

// The kinds whose only issue is about the type and says nothing but that.
const simpleTypes = new Set(['string', 'boolean', 'bigint', 'symbol', 'undefined', 'null', 'void', 'never'])
