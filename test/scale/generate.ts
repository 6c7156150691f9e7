import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** How many commands a generated domain has. */
const perDomain = 50

/**
 * Writes an app of many commands, each calling three others, at most four deep, as a team would write it: one file per
 * command, one module per domain, one app file.
 *
 * @returns the app file
 */
export function generateApp(folder: string, commands: number): string {
  const domains = Math.ceil(commands / perDomain)
  for (let domain = 0; domain < domains; domain++) {
    const place = join(folder, `d${domain}`)
    mkdirSync(place, { recursive: true })
    const count = Math.min(perDomain, commands - domain * perDomain)
    for (let index = 0; index < count; index++) writeFileSync(join(place, `c${index}.ts`), commandFile(domain, index))
    const lines = Array.from({ length: count }, (_, index) => `export * from './c${index}.ts'`)
    writeFileSync(join(place, 'index.ts'), `${lines.join('\n')}\n`)
  }
  const names = Array.from({ length: domains }, (_, domain) => `d${domain}`)
  const imports = names.map((name) => `import * as ${name} from './${name}/index.ts'`)
  const file = join(folder, 'app.ts')
  writeFileSync(
    file,
    [
      `import { app } from '@heddle/core'`,
      ...imports,
      `export default app('big', { parts: [${names.join(', ')}] })`,
      '',
    ].join('\n'),
  )
  return file
}

/** Commands stand in five rows; each calls three of the row below it, so a call goes at most four deep. */
function commandFile(domain: number, index: number): string {
  const row = index % 5
  const callees = row === 0 ? [] : [1, 2, 3].map((step) => (index - 1 + (step - 1) * 5 + perDomain) % perDomain)
  const own = [...new Set(callees)].filter((callee) => callee % 5 === row - 1)
  return `import { command } from '@heddle/core'
import { z } from 'zod'
${own.map((callee) => `import { c${callee} } from './c${callee}.ts'`).join('\n')}

export const c${index} = command('d${domain}.Do${index}', {
  summary: 'Does number ${index}',
  input: z.object({
    id: z.string().min(1).max(64),
    count: z.int().positive(),
    kind: z.enum(['a', 'b', 'c']).default('a'),
    tags: z.array(z.string()).optional(),
  }),
  output: z.object({ total: z.int(), state: z.enum(['done', 'waiting']) }),
  errors: { TooMany${index}: z.object({ most: z.int() }) },
  access: 'public',
  calls: [${own.map((callee) => `c${callee}`).join(', ')}],
  async run({ input, fail${own.length > 0 ? ', call' : ''} }) {
    if (input.count > 1000) return fail.TooMany${index}({ most: 1000 })
    let total = input.count
${own.map((callee) => `    total += (await call(c${callee}, { id: input.id, count: 1 })).total`).join('\n')}
    return { total, state: 'done' }
  },
})
`
}
