import { className, defOf, internals, type Schema } from '../nodes.ts'
import { below, writeIssue } from './emitter.ts'
import { pureCondition } from './leaf.ts'
import { writeNode, type Writer } from './node.ts'

/** Whether the keys of a record are free, or a plain list of which each must be there. */
export const isSimpleRecord = (schema: Schema): boolean => !hasFixedKeys(schema) || isPlainList(defOf(schema).keyType)

const hasFixedKeys = (schema: Schema): boolean =>
  internals(defOf(schema).keyType).values !== undefined && defOf(schema).partial !== true

const isPlainList = (schema: Schema): boolean =>
  ['Enum', 'Literal'].includes(className(schema)) && !defOf(schema).checks?.length

/** Records. */
export const writeRecord: Writer = (emitter, schema, value, scope, place) =>
  (hasFixedKeys(schema) ? writeFixed : writeOpen)(emitter, schema, value, scope, place)

/** Records over a fixed list of keys: each is read whether it is there or not, and others are refused. */
const writeFixed: Writer = (emitter, schema, value, scope, place) => {
  const { keyType, valueType, mode } = defOf(schema)
  const inst = emitter.constant(schema)
  const [output, input, key, item, unknown] = ['o', 'i', 'x', 'e', 'u'].map((prefix) => emitter.name(prefix)) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const keys = [...internals(keyType).values!].filter((one) => ['string', 'number', 'symbol'].includes(typeof one))
  const known = new Set(keys.map((one) => (typeof one === 'number' ? String(one) : one)))
  emitter.total++
  emitter.compiled++
  emitter.write(`if (isPlainObject(${value})) { const ${input} = ${value}, ${output} = {}; let ${unknown} = null;`)
  emitter.write(`for (const ${key} of ${emitter.constant(keys.filter((one) => one !== '__proto__'))}) {`)
  emitter.write(`let ${item} = ${input}[${key}];`)
  writeNode(emitter, valueType, item, below(scope, key), { path: `${place.path}/#`, depth: place.depth })
  emitter.write(`${output}[${key}] = ${item}; }`)
  emitter.write(`for (const ${key} in ${input}) if (!${emitter.constant(known)}.has(${key})) {`)
  if (mode === 'loose') emitter.write(`if (${key} !== "__proto__") ${output}[${key}] = ${input}[${key}]; }`)
  else emitter.write(`if (${unknown} === null) ${unknown} = [${key}]; else ${unknown}.push(${key}); }`)
  emitter.write(`if (${unknown} !== null) {`)
  writeIssue(
    emitter,
    scope,
    `code: "unrecognized_keys", input: ${input}, inst: ${inst}, keys: ${unknown}, continue: true`,
  )
  emitter.write('}')
  emitter.write(`${value} = ${output};`)
  emitter.write('} else {')
  writeIssue(emitter, scope, `expected: "record", code: "invalid_type", input: ${value}, inst: ${inst}`)
  emitter.write('}')
}

/**
 * Records with free keys. Keys that the condition of the key type does not settle go to Zod, one by one.
 */
const writeOpen: Writer = (emitter, schema, value, scope, place) => {
  const { keyType, valueType } = defOf(schema)
  const inst = emitter.constant(schema)
  const [output, input, key, kept, item, unknown] = ['o', 'i', 'x', 'q', 'e', 'u'].map((prefix) =>
    emitter.name(prefix),
  ) as [string, string, string, string, string, string]
  emitter.write(`if (isPlainObject(${value})) { const ${input} = ${value}, ${output} = {}; let ${unknown} = null;`)
  emitter.write(`for (const ${key} of Reflect.ownKeys(${input})) {`)
  emitter.write(`if (${key} === "__proto__" || !isEnumerable.call(${input}, ${key})) continue;`)
  emitter.write(`let ${kept} = ${key};`)
  const condition = pureCondition(emitter, keyType, key)
  emitter.total++
  if (condition !== undefined) emitter.compiled++
  else {
    emitter.callsOut = true
    emitter.fallbacks.push({ path: `${place.path}/<key>`, kind: defOf(keyType).type })
  }
  emitter.write(`if (!(${condition ?? 'false'})) { const q = recordKey(${inst}, ${key});`)
  emitter.write(`if (q === "loose") { ${output}[${key}] = ${input}[${key}]; continue }`)
  emitter.write(
    `if (q === "unrecognized") { if (${unknown} === null) ${unknown} = [${key}]; else ${unknown}.push(${key}); continue }`,
  )
  const path = scope.path.length === 0 ? '' : `, [${scope.path.join(', ')}]`
  emitter.write(`if (q.issues) { iss = join(iss, q.issues${path}); continue }`)
  emitter.write(`${kept} = q.out; if (${kept} === "__proto__") continue; }`)
  emitter.write(`let ${item} = ${input}[${key}];`)
  writeNode(emitter, valueType, item, below(scope, key), { path: `${place.path}/#`, depth: place.depth })
  emitter.write(`${output}[${kept}] = ${item}; }`)
  emitter.write(`if (${unknown} !== null) {`)
  writeIssue(
    emitter,
    scope,
    `code: "unrecognized_keys", input: ${input}, inst: ${inst}, keys: ${unknown}, continue: true`,
  )
  emitter.write('}')
  emitter.write(`${value} = ${output};`)
  emitter.write('} else {')
  writeIssue(emitter, scope, `expected: "record", code: "invalid_type", input: ${value}, inst: ${inst}`)
  emitter.write('}')
}
