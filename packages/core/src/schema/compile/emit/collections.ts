import { defOf, internals, type Schema } from '../nodes.ts'
import { below, type Emitter, pathArgument, type Scope, writeApart, writeIssue } from './emitter.ts'
import { type Place, writeNode, type Writer } from './node.ts'

/** Arrays, element by element into a new one. */
export const writeArray: Writer = (emitter, schema, value, scope, place) => {
  const [output, index, length, item] = ['o', 'j', 'n', 'e'].map((prefix) => emitter.name(prefix)) as [
    string,
    string,
    string,
    string,
  ]
  emitter.write(`if (Array.isArray(${value})) {`)
  emitter.write(`const ${length} = ${value}.length, ${output} = new Array(${length});`)
  emitter.write(`for (let ${index} = 0; ${index} < ${length}; ${index}++) { let ${item} = ${value}[${index}];`)
  writeNode(emitter, defOf(schema).element, item, below(scope, index), { path: `${place.path}/#`, depth: place.depth })
  emitter.write(`${output}[${index}] = ${item}; }`)
  emitter.write(`${value} = ${output};`)
  writeElse(emitter, schema, value, scope, 'expected: "array", code: "invalid_type", input: $, inst: @')
}

/** Whether all items of a tuple are required: Zod cuts absent optional items off the end by rules of its own. */
export const isPlainTuple = (schema: Schema): boolean =>
  defOf(schema).items.every((item) => internals(item).optin === undefined && internals(item).optout !== 'optional')

/** Tuples whose items are all required. */
export const writeTuple: Writer = (emitter, schema, value, scope, place) => {
  const { items, rest } = defOf(schema)
  const inst = emitter.constant(schema)
  emitter.write(`if (Array.isArray(${value})) {`)
  const size = `inclusive: true, input: ${value}, inst: ${inst}, origin: "array"`
  if (!rest) {
    emitter.write(`if (${value}.length < ${items.length}) {`)
    writeIssue(emitter, scope, `code: "too_small", minimum: ${items.length}, ${size}`)
    emitter.write(`${value} = [];`)
    emitter.write('} else {')
    emitter.write(`if (${value}.length > ${items.length}) {`)
    writeIssue(emitter, scope, `code: "too_big", maximum: ${items.length}, ${size}`)
    emitter.write('}')
    const outputs = writeItems(emitter, items, value, scope, place)
    emitter.write(`${value} = [${outputs.join(', ')}]; }`)
  } else {
    // Items run before the rest, but what the rest finds is listed first.
    let outputs: string[] = []
    const { issues } = writeApart(emitter, (own) => (outputs = writeItems(emitter, items, value, own, place)))
    const [output, index, item] = [emitter.name('o'), emitter.name('j'), emitter.name('e')]
    emitter.write(`const ${output} = [${outputs.join(', ')}];`)
    emitter.write(
      `for (let ${index} = ${items.length}; ${index} < ${value}.length; ${index}++) { let ${item} = ${value}[${index}];`,
    )
    writeNode(emitter, rest, item, below(scope, index), { path: `${place.path}/#`, depth: place.depth })
    emitter.write(`${output}[${index}] = ${item}; }`)
    emitter.write(`if (${issues} !== null) iss = join(iss, ${issues}${pathArgument(scope)});`)
    emitter.write(`${value} = ${output};`)
  }
  writeElse(emitter, schema, value, scope, 'input: $, inst: @, expected: "tuple", code: "invalid_type"')
}

function writeItems(emitter: Emitter, items: readonly Schema[], value: string, scope: Scope, place: Place): string[] {
  return items.map((item, index) => {
    const output = emitter.name('e')
    emitter.write(`let ${output} = ${value}[${index}];`)
    writeNode(emitter, item, output, below(scope, String(index)), {
      path: `${place.path}/${index}`,
      depth: place.depth,
    })
    return output
  })
}

/** Maps. Keys and values each report by themselves: a key that cannot be part of a path makes an issue of its own. */
export const writeMap: Writer = (emitter, schema, value, scope, place) => {
  const { keyType, valueType } = defOf(schema)
  const [output, key, entryKey, entryValue] = ['o', 'x', 'e', 'e'].map((prefix) => emitter.name(prefix)) as [
    string,
    string,
    string,
    string,
  ]
  emitter.write(`if (${value} instanceof Map) { const ${output} = new Map();`)
  const input = emitter.name('e')
  emitter.write(`for (const [${key}, ${input}] of ${value}) { let ${entryKey} = ${key}, ${entryValue} = ${input};`)
  const ofKey = writeApart(emitter, (own) =>
    writeNode(emitter, keyType, entryKey, own, { path: `${place.path}/<key>`, depth: place.depth }),
  )
  const ofValue = writeApart(emitter, (own) =>
    writeNode(emitter, valueType, entryValue, own, { path: `${place.path}/#`, depth: place.depth }),
  )
  const issues = `mapEntryFailed(${emitter.constant(schema)}, ${value}, ${key}, ${ofKey.issues}, ${ofValue.issues})`
  emitter.write(
    `if (${ofKey.issues} !== null || ${ofValue.issues} !== null) iss = join(iss, ${issues}${pathArgument(scope)});`,
  )
  emitter.write(`${output}.set(${entryKey}, ${entryValue}); }`)
  emitter.write(`${value} = ${output};`)
  writeElse(emitter, schema, value, scope, 'expected: "map", code: "invalid_type", input: $, inst: @')
}

/** Sets. An element of a set has no path of its own. */
export const writeSet: Writer = (emitter, schema, value, scope, place) => {
  const [output, input, item] = ['o', 'x', 'e'].map((prefix) => emitter.name(prefix)) as [string, string, string]
  emitter.write(`if (${value} instanceof Set) { const ${output} = new Set();`)
  emitter.write(`for (const ${input} of ${value}) { let ${item} = ${input};`)
  writeNode(
    emitter,
    defOf(schema).valueType,
    item,
    { path: scope.path, usesInvalid: scope.usesInvalid },
    { path: `${place.path}/#`, depth: place.depth },
  )
  emitter.write(`${output}.add(${item}); }`)
  emitter.write(`${value} = ${output};`)
  writeElse(emitter, schema, value, scope, 'input: $, inst: @, expected: "set", code: "invalid_type"')
}

function writeElse(emitter: Emitter, schema: Schema, value: string, scope: Scope, fields: string): void {
  emitter.write('} else {')
  writeIssue(emitter, scope, fields.replace('$', () => value).replace('@', emitter.constant(schema)))
  emitter.write('}')
}
