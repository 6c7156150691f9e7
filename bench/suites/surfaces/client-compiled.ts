import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command } from '@heddle/core'
import { generateClient } from '@heddle/serve/client'
import { z } from 'zod'
import type { Contender } from '../../harness/types.ts'

const [many, domains] = [1000, 20]
const root = join(import.meta.dirname, '../../..')

const Address = z.object({ street: z.string(), city: z.string(), zip: z.string().optional(), since: z.date() })
const thing = (index: number) =>
  command(`area${index % domains}.DoThing${index}`, {
    input: z.object({
      id: z.uuid(),
      amount: z.int().positive(),
      at: z.date().optional(),
      tags: z.array(z.string()).max(10).default([]),
      address: Address,
      mode: z.enum(['fast', 'slow', 'safe']),
    }),
    output: z.object({
      total: z.bigint(),
      lines: z.array(z.object({ sku: z.string(), quantity: z.int(), address: Address })),
      next: z.date().nullable(),
    }),
    errors: { NotEnough: z.object({ missing: z.int() }), TooLate: z.object({ since: z.date() }) },
    access: 'public',
    run: ({ fail }) => fail.NotEnough({ missing: 1 }),
  })

/** Calls every one of them and looks at its outcome. */
const use = (index: number) => `
export async function use${index}() {
  const outcome = await client.call(area${index % domains}.doThing${index}, {
    id: 'a', amount: 1, address: { street: '', city: '', since: new Date(0) }, mode: 'fast',
  })
  if (outcome.ok) return outcome.value.lines[0]?.address.since.getTime()
  for (const error of outcome.errors) if (error.code === 'NotEnough') return error.data.missing
  return 0
}`

/** The compiler of TypeScript over a client of a thousand commands and a file that calls all of them. */
export const contender: Contender = {
  async open() {
    const commands = Array.from({ length: many }, (_, index) => thing(index))
    const opened = await app('many', { parts: commands }).open()
    const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-tsc-'))
    for (const [file, text] of Object.entries(generateClient(opened.manifest))) writeFileSync(join(folder, file), text)
    await opened.close()
    const imports = Array.from({ length: domains }, (_, area) => `import * as area${area} from './area${area}.js'`)
    const uses = commands.map((_, index) => use(index))
    const begin = ["import { createClient } from './client.js'", ...imports, 'const client = createClient()']
    writeFileSync(join(folder, 'use.ts'), [...begin, ...uses].join('\n'))
    const compilerOptions = {
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
    }
    const whole = { ...compilerOptions, lib: ['es2022', 'dom'], types: [] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: whole }))
    let tookMs = 0
    return {
      call(input) {
        const began = performance.now()
        execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
          stdio: 'inherit',
        })
        tookMs = performance.now() - began
        return input
      },
      answer: (given) => given,
      figures: () => ({ compile: tookMs * 1e6 }),
      close: () => rmSync(folder, { recursive: true }),
    }
  },
}
