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
const suites = readdirSync(join(folder, 'suites'))
const usage = `usage: npm run bench -- SUITE [--json] [--quick] [--case NAME]

  --json       a line of JSON for each case instead of a table
  --quick      fewer rounds, without the long curves
  --case NAME  this case alone

suites: ${suites.join(', ')}; what each case measures: bench/README.md`
const { values, positionals } = given()
const name = positionals[0] ?? ''
const suiteFile = join(folder, 'suites', name, 'suite.ts')
if (values.help) {
  console.log(usage)
  process.exit(0)
}
if (name === '' || !existsSync(suiteFile)) refuse(name === '' ? 'No suite is named.' : `There is no suite "${name}".`)

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

function given() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        case: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (thrown) {
    return refuse((thrown as Error).message)
  }
}

function refuse(reason: string): never {
  console.error(`${reason}\n${usage}`)
  process.exit(2)
}
