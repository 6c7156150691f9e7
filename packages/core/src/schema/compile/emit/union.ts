import { defOf, internals, type Schema } from '../nodes.ts'
import { type Emitter, literal, writeApart, writeIssue, writePayload } from './emitter.ts'
import { pureCondition } from './leaf.ts'
import { mayPend } from '../pending.ts'
import { type Place, writeNode, type Writer } from './node.ts'

/** Unions: the first member that accepts wins. Members without parts are a condition; their issues are found only when all fail. */
export const writeUnion: Writer = (emitter, schema, value, scope, place) => {
  const { options } = defOf(schema)
  if (options.length === 1) {
    writeNode(emitter, options[0]!, value, scope, place)
    return
  }
  const label = emitter.name('U')
  const pending = emitter.name('g')
  emitter.write(`${label}: { let ${pending} = false;`)
  const results = options.map((option, index) => {
    const condition = pureCondition(emitter, option, value)
    if (condition !== undefined) {
      emitter.total++
      emitter.compiled++
      emitter.write(`if (${condition}) break ${label};`)
      return `leafRun(${emitter.constant(option)}, ${value})`
    }
    const result = emitter.name('w')
    emitter.write(`let ${result} = null;`)
    writeMember(emitter, option, index, value, place, pending, (member, issues, aborted) => {
      emitter.write(`if (${issues} === null) { ${value} = ${member}; break ${label} }`)
      emitter.write(`${result} = { value: ${member}, issues: ${issues}, aborted: ${aborted} };`)
    })
    return result
  })
  emitter.write(`if (${pending}) throw new PendingError();`)
  writePayload(
    emitter,
    value,
    { path: scope.path, usesInvalid: scope.usesInvalid },
    `unionFailed(${emitter.constant(schema)}, ${value}, [${results.join(', ')}])`,
  )
  emitter.write('}')
}

/** Unions of which exactly one member may accept. */
export const writeExclusiveUnion: Writer = (emitter, schema, value, scope, place) => {
  const { options } = defOf(schema)
  if (options.length === 1) {
    writeNode(emitter, options[0]!, value, scope, place)
    return
  }
  const pending = emitter.name('g')
  emitter.write(`let ${pending} = false;`)
  const results = options.map((option, index) => {
    const result = emitter.name('w')
    emitter.write(`let ${result} = null;`)
    writeMember(emitter, option, index, value, place, pending, (member, issues) => {
      emitter.write(`${result} = { value: ${member}, issues: ${issues} === null ? [] : ${issues} };`)
    })
    return result
  })
  emitter.write(`if (${pending}) throw new PendingError();`)
  writePayload(
    emitter,
    value,
    { path: scope.path, usesInvalid: scope.usesInvalid },
    `exclusive(${emitter.constant(schema)}, ${value}, [${results.join(', ')}])`,
  )
}

function writeMember(
  emitter: Emitter,
  option: Schema,
  index: number,
  value: string,
  place: Place,
  pending: string,
  use: (member: string, issues: string, aborted: string) => void,
): void {
  const member = emitter.name('m')
  const outer = emitter.name('s')
  const thrown = emitter.name('z')
  const pends = mayPend(option)
  emitter.write(`{ let ${member} = ${value};`)
  // A member that answers later does not end the union: another member may answer now.
  if (pends) emitter.write(`const ${outer} = iss; try {`)
  const { issues, aborted } = writeApart(emitter, (own) =>
    writeNode(emitter, option, member, own, { path: `${place.path}|${index}`, depth: place.depth }),
  )
  use(member, issues, aborted)
  emitter.write('}')
  if (pends)
    emitter.write(
      ` catch (${thrown}) { if (!(${thrown} instanceof PendingError)) throw ${thrown}; ${pending} = true; iss = ${outer}; } }`,
    )
}

/** Whether each value of the discriminator names one member, and no other value is tried on all of them. */
export const isClearlyDiscriminated = (schema: Schema): boolean =>
  !defOf(schema).unionFallback && discriminators(defOf(schema).options, defOf(schema).discriminator) !== undefined

/** Unions that a field tells apart. */
export const writeDiscriminatedUnion: Writer = (emitter, schema, value, scope, place) => {
  const { options, discriminator } = defOf(schema)
  const table = discriminators(options, discriminator)!
  const key = literal(emitter, discriminator)
  emitter.write(`if (typeof ${value} === 'object' && ${value} !== null && !Array.isArray(${value})) {`)
  const chosen = emitter.name('d')
  const values = [...table].filter(([, option]) => option !== null)
  const few = values.length <= 16
  const index = new Map(values.map(([one, option]) => [one, options.indexOf(option!)]))
  emitter.write(
    few
      ? `switch (${value}[${key}]) {`
      : `const ${chosen} = ${emitter.constant(index)}.get(${value}[${key}]); switch (${chosen}) {`,
  )
  options.forEach((option, at) => {
    const own = few ? values.filter(([, of]) => of === option).map(([one]) => literal(emitter, one)) : [String(at)]
    if (own.length === 0) return
    emitter.write(`${own.map((one) => `case ${one}: `).join('')}{`)
    writeNode(emitter, option, value, scope, { path: `${place.path}|${at}`, depth: place.depth })
    emitter.write('break }')
  })
  emitter.write('default: {')
  const inst = emitter.constant(schema)
  const listed = emitter.constant(values.map(([one]) => one))
  const found = `code: "invalid_union", errors: [], note: "No matching discriminator", discriminator: ${key}, options: ${listed}.slice(), input: ${value}`
  // The path names the field, so it is written here and not by the scope.
  emitter.write(`iss = push(iss, { ${found}, path: [${[...scope.path, key].join(', ')}], inst: ${inst} });`)
  emitter.write('} } } else {')
  writeIssue(emitter, scope, `code: "invalid_type", expected: "object", input: ${value}, inst: ${inst}`)
  emitter.write('}')
}

/** Which member each value of the discriminator chooses, null where two claim to be without it; undefined if unclear. */
function discriminators(options: readonly Schema[], discriminator: string): Map<unknown, Schema | null> | undefined {
  const table = new Map<unknown, Schema | null>()
  for (const option of options) {
    const values = internals(option).propValues?.[discriminator]
    if (!values || values.size === 0) return undefined
    for (const value of values) {
      // Zod throws at the first use of a value that two members claim.
      if (table.has(value) && value !== undefined) return undefined
      if (Number.isNaN(value)) return undefined
      table.set(value, table.has(value) ? null : option)
    }
  }
  return table
}
