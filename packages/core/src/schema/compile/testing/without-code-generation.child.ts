// Run by `node --disallow-code-generation-from-strings`: prints how many types were compiled all the same, and which of
// the subtle cases differ from Zod.
import { compileSchema } from '../index.ts'
import { byCompiled, byZod } from './oracle.ts'
import { difference } from './same.ts'
import { subtleCases } from './subtle-cases.ts'

const differences: string[] = []
let generated = 0
for (const { title, schema, values } of subtleCases) {
  const compiled = compileSchema(schema)
  const strict = compileSchema(schema, { unknownKeys: 'strict' })
  if (compiled.coverage.compiled + strict.coverage.compiled > 0) generated++
  for (const nth of values().keys()) {
    const found = difference(byCompiled(compiled, values()[nth]), byZod(schema, values()[nth]))
    if (found) differences.push(`${title}, value ${nth}: ${found}`)
    byCompiled(strict, values()[nth])
  }
}
console.log(JSON.stringify({ generated, differences }))
