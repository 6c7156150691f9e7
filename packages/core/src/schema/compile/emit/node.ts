import { checkDefOf, checksOf, className, defOf, reachable, type Schema } from '../nodes.ts'
import { writeChecksOfComposite } from './checks.ts'
import { mayPend } from '../pending.ts'
import { isPlainTuple, writeArray, writeMap, writeSet, writeTuple } from './collections.ts'
import { type Emitter, type Scope, writeOwnScope, writePayload } from './emitter.ts'
import { writeIntersection } from './intersection.ts'
import { writeLeaf } from './leaf.ts'
import { writeObject } from './object.ts'
import { writePipe, writeTransform } from './pipe.ts'
import { isSimpleRecord, writeRecord } from './record.ts'
import { writeRecursive } from './recursive.ts'
import { isClearlyDiscriminated, writeDiscriminatedUnion, writeExclusiveUnion, writeUnion } from './union.ts'
import {
  writeCatch,
  writeDefault,
  writeInner,
  writeNonOptional,
  writeNullable,
  writeOptional,
  writePrefault,
  writeReadonly,
} from './wrappers.ts'

/** Where a node is: its path for reports, and how deep, because generated code must not nest without end. */
export interface Place {
  readonly path: string
  readonly depth: number
}

/**
 * Writes the code of one kind. The variable `value` holds the input and afterwards the output; issues go to `scope`.
 *
 * Everywhere it holds that a node starts on a payload without issues. Only a pipe can hand issues on, and where it
 * does it calls Zod.
 */
export type Writer = (emitter: Emitter, schema: Schema, value: string, scope: Scope, place: Place) => void

/** The writers by class. A class that is not here, such as one of a user, is Zod's. */
const writers: Record<string, Writer> = {
  Object: writeObject,
  ObjectJIT: writeObject,
  Array: writeArray,
  Tuple: writeTuple,
  Record: writeRecord,
  Map: writeMap,
  Set: writeSet,
  Union: writeUnion,
  Xor: writeExclusiveUnion,
  DiscriminatedUnion: writeDiscriminatedUnion,
  Intersection: writeIntersection,
  Optional: writeOptional,
  ExactOptional: writeInner,
  Nullable: writeNullable,
  Default: writeDefault,
  Prefault: writePrefault,
  NonOptional: writeNonOptional,
  Catch: writeCatch,
  Readonly: writeReadonly,
  Lazy: writeInner,
  Pipe: writePipe,
  Codec: writePipe,
  Preprocess: writePipe,
  Transform: writeTransform,
}

/** Forms of a class that are Zod's although others of the class are generated. */
const suits: Record<string, (schema: Schema) => boolean> = {
  Tuple: isPlainTuple,
  Record: isSimpleRecord,
  DiscriminatedUnion: isClearlyDiscriminated,
}

const leaves = new Set([
  'String',
  'StringFormat',
  'GUID',
  'UUID',
  'Email',
  'URL',
  'Emoji',
  'NanoID',
  'CUID',
  'CUID2',
  'ULID',
  'XID',
  'KSUID',
  'ISODateTime',
  'ISODate',
  'ISOTime',
  'ISODuration',
  'IPv4',
  'IPv6',
  'MAC',
  'CIDRv4',
  'CIDRv6',
  'Base64',
  'Base64URL',
  'E164',
  'CreditCard',
  'IBAN',
  'JWT',
  'CustomStringFormat',
  'Number',
  'NumberFormat',
  'Boolean',
  'BigInt',
  'BigIntFormat',
  'Symbol',
  'Undefined',
  'Null',
  'Any',
  'Unknown',
  'Never',
  'Void',
  'Date',
  'NaN',
  'Enum',
  'Literal',
  'File',
  'TemplateLiteral',
  'Custom',
  'InstanceOf',
])

// Code beyond these limits would be slower than Zod, which checks the rest.
const MAX_DEPTH = 60
const MAX_NODES = 5_000

/** Writes the check of one schema and all below it. */
export function writeNode(emitter: Emitter, schema: Schema, value: string, scope: Scope, place: Place): void {
  emitter.total++
  const { members, heads } = emitter.recursion
  const fits = place.depth < MAX_DEPTH && emitter.total < MAX_NODES
  const isCall = members.has(schema) && (!emitter.isInFunction || heads.has(schema) || emitter.functions.has(schema))
  const body = (at: string, within: Scope, where: Place) => writeBody(emitter, schema, at, within, where)
  const written = isCall
    ? isGenerated(schema) &&
      writeRecursive(emitter, schema, value, scope, place, (within, where) => body('v', within, where))
    : fits && isGenerated(schema) && body(value, scope, place)
  if (written) {
    emitter.compiled++
    return
  }
  emitter.callsOut = true
  emitter.total += reachable(schema).schemas.size - 1
  emitter.fallbacks.push({ path: place.path, kind: defOf(schema).type })
  writePayload(emitter, value, scope, `zodRun(${emitter.constant(schema)}, ${value})`)
}

/** Whether there is code for schemas like this one. */
function isGenerated(schema: Schema): boolean {
  const name = className(schema)
  return leaves.has(name) || (Object.hasOwn(writers, name) && (suits[name]?.(schema) ?? true))
}

function writeBody(emitter: Emitter, schema: Schema, value: string, scope: Scope, place: Place): true {
  const name = className(schema)
  if (leaves.has(name)) writeLeaf(emitter, schema, value, scope)
  else writeWithChecks(emitter, writers[name]!, schema, value, scope, { path: place.path, depth: place.depth + 1 })
  return true
}

function writeWithChecks(
  emitter: Emitter,
  write: Writer,
  schema: Schema,
  value: string,
  scope: Scope,
  place: Place,
): void {
  const checks = checksOf(schema)
  if (checks.length === 0) return write(emitter, schema, value, scope, place)
  const tooLarge = oversize(schema, value)
  if (tooLarge !== undefined) {
    emitter.write(`if (${tooLarge}) {`)
    writePayload(emitter, value, scope, `zodRun(${emitter.constant(schema)}, ${value})`)
    emitter.write('} else {')
  }
  writeOwnScope(emitter, scope, (own) => {
    const pends = mayPend(schema)
    if (pends) emitter.write('try {')
    write(emitter, schema, value, { ...own, usesInvalid: true }, place)
    // With checks to run on the answer, a schema cannot wait for it, and then no member of a union around it may answer.
    if (pends) emitter.write('} catch (e) { throw e instanceof PendingError ? new AsyncError() : e }')
    writeChecksOfComposite(emitter, { schema, kind: defOf(schema).type, checks, value, scope: own, leaf: false })
  })
  if (tooLarge !== undefined) emitter.write('}')
}

/** A collection above its limit fails before Zod looks at any element. The condition for that, if there is a limit. */
function oversize(schema: Schema, value: string): string | undefined {
  const { type, checks } = defOf(schema)
  if (type !== 'array' && type !== 'map' && type !== 'set') return undefined
  let most = Infinity
  for (const check of checks ?? []) {
    const def = checkDefOf(check)
    if (!/_(length|size)$|_equals$/.test(def.check)) break
    const limit = def.maximum ?? def.length ?? def.size
    if (limit >= 0) most = Math.min(most, limit)
  }
  if (most === Infinity) return undefined
  if (type === 'array') return `Array.isArray(${value}) && ${value}.length > ${most}`
  return `${value} instanceof ${type === 'map' ? 'Map' : 'Set'} && ${value}.size > ${most}`
}
