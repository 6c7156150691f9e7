import { defOf } from '../nodes.ts'
import { pathArgument, writeApart } from './emitter.ts'
import { writeNode, type Writer } from './node.ts'

/** Intersections: both sides check the same input, then their values are merged. */
export const writeIntersection: Writer = (emitter, schema, value, scope, place) => {
  const { left, right } = defOf(schema)
  const sides = [left, right].map((side, index) => {
    const output = emitter.name('m')
    emitter.write(`let ${output} = ${value};`)
    const { issues } = writeApart(emitter, (own) =>
      writeNode(emitter, side, output, own, { path: `${place.path}&${index}`, depth: place.depth }),
    )
    return `{ value: ${output}, issues: ${issues} === null ? [] : ${issues} }`
  })
  emitter.write(
    `{ const p = intersect(${value}, ${sides.join(', ')}); ${value} = p.value; iss = join(iss, p.issues${pathArgument(scope)}); }`,
  )
}
