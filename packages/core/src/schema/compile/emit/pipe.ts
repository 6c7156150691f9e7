import { className, defOf, type Schema } from '../nodes.ts'
import { type Emitter, type Scope, writeOwnScope, writePayload } from './emitter.ts'
import { type Place, writeNode, type Writer } from './node.ts'

/**
 * Pipes, codecs and `preprocess`. Any issue of the first half stops a pipe, except unrecognized keys: these go along
 * to the second half, which then is Zod's because it must see them. A codec stops for those too.
 */
export const writePipe: Writer = (emitter, schema, value, scope, place) => {
  const codec = className(schema) === 'Codec'
  const def = defOf(schema)
  writeOwnScope(emitter, scope, (own) => {
    writeNode(emitter, def.in, value, { ...own, usesInvalid: true }, { path: `${place.path}<in>`, depth: place.depth })
    emitter.write('if (iss === null) {')
    if (codec) writeCodec(emitter, schema, value, own, place)
    else writeNode(emitter, def.out, value, own, { path: `${place.path}<out>`, depth: place.depth })
    if (codec) emitter.write(`} else ${own.aborted} = true;`)
    else {
      emitter.write(`} else if (iss.some(isFatal)) ${own.aborted} = true; else {`)
      emitter.write(`const p = zodRun(${emitter.constant(def.out)}, ${value}, iss); ${value} = p.value;`)
      emitter.write(`iss = p.issues.length === 0 ? null : p.issues; if (p.aborted) ${own.aborted} = true; }`)
    }
  })
}

function writeCodec(emitter: Emitter, schema: Schema, value: string, own: Scope, place: Place): void {
  emitter.callsOut = true
  const def = defOf(schema)
  const payload = emitter.name('p')
  const output = emitter.name('m')
  emitter.write(`const ${payload} = { value: ${value}, issues: [] };`)
  emitter.write(`let ${output} = ${emitter.constant(def)}.transform(${value}, ${payload});`)
  emitter.write(`if (${output} instanceof Promise) throw new PendingError();`)
  emitter.write(
    `if (${payload}.issues.length > 0) { iss = ${payload}.issues; ${value} = ${payload}.value; ${own.aborted} = true; } else {`,
  )
  emitter.write(`${value} = ${output};`)
  writeNode(emitter, def.out, value, own, { path: `${place.path}<out>`, depth: place.depth })
  emitter.write('}')
}

/** A transform alone: Zod gives it the payload and `addIssue`. */
export const writeTransform: Writer = (emitter, schema, value, scope) => {
  emitter.callsOut = true
  writePayload(emitter, value, scope, `zodParse(${emitter.constant(schema)}, ${value})`)
}
