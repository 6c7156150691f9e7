import { jsonSchemaSuite } from './conformance/json-schema-suite.ts'
import { mcpSuites } from './conformance/mcp-suite.ts'
import { openApiSuite } from './conformance/openapi-suite.ts'
import { webSocketSuite } from './conformance/web-socket-suite.ts'
import type { Suite } from './conformance/suite.ts'

/**
 * Runs public conformance material as a black box and prints how much of it passes: all of it, or the suites that are named.
 *
 * @example npm run conformance -- mcp-client
 */
const suites: readonly Suite[] = [...(await mcpSuites()), openApiSuite, webSocketSuite, jsonSchemaSuite]
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !suites.some((suite) => suite.name === name))
if (unknown !== undefined) {
  console.error(`there is no suite ${unknown}; there are ${suites.map(({ name }) => name).join(', ')}`)
  process.exit(64)
}
for (const { name, standard, material, run } of suites) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const { passed, total, failures, notRun } = await run()
  if (notRun !== undefined) {
    console.log(`${name.padEnd(14)} not run: ${notRun}`)
    continue
  }
  console.log(
    `${name.padEnd(14)} ${String(passed).padStart(5)} of ${String(total).padEnd(5)} ${standard} (${material})`,
  )
  for (const failure of failures) console.log(`${' '.repeat(15)}- ${failure}`)
}
