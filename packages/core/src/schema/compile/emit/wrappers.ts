import { defOf, internals } from '../nodes.ts'
import { pathArgument, writeApart, writeIssue } from './emitter.ts'
import { writeNode, type Writer } from './node.ts'

/** Wrappers that change nothing about parsing: `lazy`, `exactOptional`. */
export const writeInner: Writer = (emitter, schema, value, scope, place) => {
  writeNode(emitter, internals(schema).innerType ?? defOf(schema).innerType, value, scope, place)
}

/** `optional`. Undefined stays undefined, unless something inside puts a value in its place. */
export const writeOptional: Writer = (emitter, schema, value, scope, place) => {
  const { innerType } = defOf(schema)
  if (internals(innerType).optin !== 'defaulted') {
    emitter.write(`if (${value} !== undefined) {`)
    writeNode(emitter, innerType, value, scope, place)
    emitter.write('}')
    return
  }
  const absent = emitter.name('t')
  emitter.write(`const ${absent} = ${value} === undefined;`)
  const { issues, aborted } = writeApart(emitter, (own) => writeNode(emitter, innerType, value, own, place))
  emitter.write(`if (${issues} !== null) { if (${absent}) ${value} = undefined;`)
  emitter.write(
    `else { iss = join(iss, ${issues}${pathArgument(scope)});${scope.aborted ? ` ${scope.aborted} = ${aborted};` : ''} } }`,
  )
}

/** `nullable`. */
export const writeNullable: Writer = (emitter, schema, value, scope, place) => {
  emitter.write(`if (${value} !== null) {`)
  writeNode(emitter, defOf(schema).innerType, value, scope, place)
  emitter.write('}')
}

/** `default`: the value is not checked. Reading it may call a function of the user, so it is read once per use. */
export const writeDefault: Writer = (emitter, schema, value, scope, place) => {
  const def = emitter.constant(defOf(schema))
  emitter.write(`if (${value} === undefined) ${value} = ${def}.defaultValue; else {`)
  writeNode(emitter, defOf(schema).innerType, value, scope, place)
  emitter.write(`if (${value} === undefined) ${value} = ${def}.defaultValue; }`)
}

/** `prefault`: the value is checked. */
export const writePrefault: Writer = (emitter, schema, value, scope, place) => {
  emitter.write(`if (${value} === undefined) ${value} = ${emitter.constant(defOf(schema))}.defaultValue;`)
  writeNode(emitter, defOf(schema).innerType, value, scope, place)
}

/** `nonoptional`. */
export const writeNonOptional: Writer = (emitter, schema, value, scope, place) => {
  const count = emitter.name('n')
  emitter.write(`const ${count} = iss === null ? 0 : iss.length;`)
  writeNode(emitter, defOf(schema).innerType, value, scope, place)
  emitter.write(`if (${value} === undefined && (iss === null || iss.length === ${count})) {`)
  writeIssue(
    emitter,
    scope,
    `code: "invalid_type", expected: "nonoptional", input: ${value}, inst: ${emitter.constant(schema)}`,
  )
  emitter.write('}')
}

/** `catch`. */
export const writeCatch: Writer = (emitter, schema, value, _scope, place) => {
  emitter.callsOut = true
  const output = emitter.name('m')
  emitter.write(`let ${output} = ${value};`)
  const { issues, aborted } = writeApart(emitter, (own) =>
    writeNode(emitter, defOf(schema).innerType, output, own, place),
  )
  const result = `{ value: ${output}, issues: ${issues}, aborted: ${aborted} }`
  emitter.write(`${value} = ${issues} === null ? ${output} : caught(${emitter.constant(schema)}, ${value}, ${result});`)
}

/** `readonly`: Zod freezes whatever comes out, also when it is not valid. */
export const writeReadonly: Writer = (emitter, schema, value, scope, place) => {
  writeNode(emitter, defOf(schema).innerType, value, scope, place)
  emitter.write(`${value} = Object.freeze(${value});`)
}
