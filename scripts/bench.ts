// npm run bench -- SUITE [--json] [--quick] [--case NAME]: CPU time of ours and of peers, side by side. See bench/README.md.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { installPeers } from '../bench/harness/peers.ts'
import { jsonLine, table } from '../bench/harness/report.ts'
import { runSuite } from '../bench/harness/run-suite.ts'
import type { Measured, Suite } from '../bench/harness/types.ts'

const folder = join(import.meta.dirname, '../bench')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    case: { type: 'string' },
  },
})

const suites = readdirSync(join(folder, 'suites'))
const name = positionals[0] ?? ''
const suiteFile = join(folder, 'suites', name, 'suite.ts')
if (name === '' || !existsSync(suiteFile)) {
  console.error(`usage: npm run bench -- SUITE [--json] [--quick] [--case NAME]\nsuites: ${suites.join(', ')}`)
  process.exit(2)
}

// With --json the answers alone go to standard output.
const note = (text: string): void => console.error(text)
for (const peer of installPeers(folder)) note(`${peer} does not install here: its cases are skipped`)

const { suite } = (await import(pathToFileURL(suiteFile).href)) as { suite: Suite }
const all: Measured[] = []
const worked = await runSuite(suite, {
  suiteFile,
  quick: values.quick,
  only: values.case,
  onNote: note,
  onMeasured(measured) {
    all.push(measured)
    if (values.json) console.log(jsonLine(measured))
  },
})
if (!values.json) console.log(table(all))
// A missed ratio is a figure, not a failure: timing decides no test. A contender that crashed is one.
process.exitCode = worked ? 0 : 1
