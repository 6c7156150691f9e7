import { defOf, internals, type Schema, shapeKeys } from '../nodes.ts'
import { below, type Emitter, literal, type Scope, writeIssue } from './emitter.ts'
import { type Place, writeNode, type Writer } from './node.ts'

/** One declared field: the variable of its value and when it becomes part of the new object. */
interface Field {
  readonly key: string
  readonly value: string
  /** When the field is set; true where it always is once nothing has failed. */
  readonly set: string | true
  /** When the field is set although something has failed. */
  readonly setAnyway: string
}

/**
 * Objects. Fields are read and checked in the order of the shape, then copied to a new object, which is a single
 * literal as far as its fields are certain to exist.
 */
export const writeObject: Writer = (emitter, schema, value, scope, place) => {
  const def = defOf(schema)
  const input = emitter.name('i')
  const output = emitter.name('o')
  emitter.write(`if (typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})) {`)
  emitter.write(`const ${input} = ${value};`)
  const fields = shapeKeys(def.shape).map((key) => writeField(emitter, def.shape[key]!, key, input, scope, place))

  const sure = fields.findIndex(({ set }) => set !== true)
  const first = sure < 0 ? fields : fields.slice(0, sure)
  const rest = sure < 0 ? [] : fields.slice(sure)
  emitter.write(`let ${output};`)
  emitter.write('if (iss === null) {')
  emitter.write(`${output} = { ${first.map((field) => `${property(field.key)}: ${field.value}`).join(', ')} };`)
  for (const { key, value: from, set } of rest) {
    emitter.write(`${set === true ? '' : `if (${set}) `}${output}[${key}] = ${from};`)
  }
  emitter.write('} else {')
  if (scope.usesInvalid) {
    const list = (items: readonly string[]) => `[${items.join(', ')}]`
    const [keys, values, present] = [
      list(fields.map(({ key }) => key)),
      list(fields.map((field) => field.value)),
      list(fields.map(({ setAnyway }) => setAnyway)),
    ]
    emitter.write(`${output} = build(${keys}, ${values}, ${present}); }`)
  } else emitter.write(`${output} = {}; }`)

  if (def.catchall) writeCatchall(emitter, schema, def.catchall, input, output, scope, place)
  emitter.write(`${value} = ${output};`)
  emitter.write('} else {')
  writeIssue(
    emitter,
    scope,
    `expected: "object", code: "invalid_type", input: ${value}, inst: ${emitter.constant(schema)}`,
  )
  emitter.write('}')
}

// In a literal, `"__proto__": x` would set the prototype; Zod never declares that key. Symbols need brackets.
const property = (key: string) => (key.startsWith('"') ? key : `[${key}]`)

function writeField(
  emitter: Emitter,
  schema: Schema,
  name: string | symbol,
  input: string,
  scope: Scope,
  place: Place,
): Field {
  const { optin, optout } = internals(schema)
  const key = literal(emitter, name)
  const value = emitter.name('f')
  const inner = below(scope, key)
  const at = { path: `${place.path}/${String(name)}`, depth: place.depth }
  const isThere = `${key} in ${input}`
  emitter.write(`let ${value} = ${input}[${key}];`)

  if (optin === undefined) {
    if (!acceptsUndefined(schema)) {
      writeNode(emitter, schema, value, inner, at)
      return { key, value, set: true, setAnyway: isThere }
    }
    const there = emitter.name('t')
    const count = emitter.name('n')
    emitter.write(`const ${there} = ${value} !== undefined || ${isThere}, ${count} = iss === null ? 0 : iss.length;`)
    writeNode(emitter, schema, value, inner, at)
    emitter.write(`if (!${there} && (iss === null || iss.length === ${count})) {`)
    writeIssue(emitter, inner, 'code: "invalid_type", expected: "nonoptional", input: undefined')
    emitter.write('}')
    return { key, value, set: true, setAnyway: there }
  }

  const there = emitter.name('t')
  emitter.write(`const ${there} = ${value} !== undefined || ${isThere};`)
  if (optout === 'optional') {
    // What an absent optional field makes of undefined does not count, but Zod does run it.
    const count = emitter.name('n')
    const silent = isSilentOnUndefined(schema)
    if (!silent) emitter.write(`const ${count} = iss === null ? 0 : iss.length;`)
    writeNode(emitter, schema, value, inner, at)
    if (!silent) {
      emitter.write(
        `if (!${there} && iss !== null && iss.length > ${count}) { iss = cut(iss, ${count}); ${value} = undefined; }`,
      )
    }
    const set = optin === 'optional' ? there : `(${value} !== undefined || ${there})`
    return { key, value, set, setAnyway: set }
  }
  writeNode(emitter, schema, value, inner, at)
  if (optin === 'defaulted') return { key, value, set: true, setAnyway: 'true' }
  const set = `(${value} !== undefined || ${there})`
  return { key, value, set, setAnyway: set }
}

/** Whether undefined could pass, so that an absent field has to be told from an undefined one. */
function acceptsUndefined(schema: Schema): boolean {
  const def = defOf(schema)
  switch (def.type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
    case 'date':
      return def.coerce === true
    case 'null':
    case 'symbol':
    case 'nan':
    case 'never':
    case 'object':
    case 'array':
    case 'tuple':
    case 'record':
    case 'map':
    case 'set':
    case 'template_literal':
      return false
    case 'enum':
    case 'literal':
      return internals(schema).values!.has(undefined)
    case 'nullable':
      return acceptsUndefined(def.innerType)
    default:
      return true
  }
}

/** Whether undefined passes without a call or an issue. */
function isSilentOnUndefined(schema: Schema): boolean {
  const def = defOf(schema)
  return (
    def.type === 'optional' &&
    internals(schema).traits.has('$ZodOptional') &&
    !internals(schema).traits.has('$ZodExactOptional') &&
    !def.checks?.length &&
    internals(def.innerType).optin !== 'defaulted'
  )
}

function writeCatchall(
  emitter: Emitter,
  schema: Schema,
  catchall: Schema,
  input: string,
  output: string,
  scope: Scope,
  place: Place,
): void {
  const key = emitter.name('x')
  const never = defOf(catchall).type === 'never'
  const unknown = emitter.name('u')
  if (never) emitter.write(`let ${unknown} = null;`)
  emitter.write(`for (const ${key} in ${input}) {`)
  const known = Object.keys(defOf(schema).shape)
  if (known.length > 20) emitter.write(`if (${emitter.constant(new Set(known))}.has(${key})) continue;`)
  else if (known.length > 0)
    emitter.write(`if (${known.map((name) => `${key} === ${JSON.stringify(name)}`).join(' || ')}) continue;`)
  if (never) {
    emitter.write(`if (${unknown} === null) ${unknown} = [${key}]; else ${unknown}.push(${key}); }`)
    emitter.write(`if (${unknown} !== null) {`)
    writeIssue(
      emitter,
      scope,
      `code: "unrecognized_keys", keys: ${unknown}, input: ${input}, inst: ${emitter.constant(schema)}, continue: true`,
    )
    emitter.write('}')
    emitter.total++
    emitter.compiled++
    return
  }
  emitter.write(`if (${key} === "__proto__") continue;`)
  const value = emitter.name('f')
  emitter.write(`let ${value} = ${input}[${key}];`)
  writeNode(emitter, catchall, value, below(scope, key), { path: `${place.path}/*`, depth: place.depth })
  emitter.write(`${output}[${key}] = ${value}; }`)
}
