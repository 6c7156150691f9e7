import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openApi } from '@heddle/serve'
import { compileErrors, validate } from '@readme/openapi-parser'
import bank from '../../examples/bank/app.ts'
import flights from '../../examples/flights/app.ts'
import library from '../../examples/guide/http.ts'
import orders from '../../examples/orders/app.ts'
import type { Suite } from './suite.ts'

const packageFile = join(import.meta.dirname, '../../node_modules/@readme/openapi-parser/package.json')
const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string }

/** A public validator against the OpenAPI documents of the example apps. */
export const openApiSuite: Suite = {
  name: 'openapi',
  standard: 'OpenAPI 3.1, documents of four example apps',
  material: `@readme/openapi-parser ${version}`,
  async run() {
    const apps = [bank, flights, library, orders]
    const failures: string[] = []
    for (const { name, manifest } of apps) {
      const found = await validate(JSON.parse(JSON.stringify(openApi(manifest()))) as Parameters<typeof validate>[0])
      if (!found.valid) failures.push(`${name}: ${compileErrors(found)}`)
    }
    return { passed: apps.length - failures.length, total: apps.length, failures }
  },
}
