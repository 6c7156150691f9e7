// npm run docs: writes docs/errors.md, the tables of the other pages and the JSON Schema of plans, and checks that the documentation is true: links, blocks that show files, blocks that import our packages.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkCapabilities } from '../test/tidy/capabilities.ts'
import { blocksOf, checkDocBlocks, docPages } from '../test/tidy/doc-blocks.ts'
import { checkLinks, linksOf } from '../test/tidy/links.ts'
import { planSchema } from '../packages/pipeline/src/text/plan-schema.ts'
import { report, treeOfFolder } from '../test/tidy/tree.ts'
import { checkBlockTypes } from './docs/check-block-types.ts'
import { cliPage } from './docs/cli-table.ts'
import { enginesPage } from './docs/engines-table.ts'
import { errorsPage } from './docs/errors-page.ts'
import { expressionsPage } from './docs/functions-table.ts'
import { sourcesPage } from './docs/source-tables.ts'
import { stepsPage } from './docs/steps-table.ts'
import { surfacesPage } from './docs/surfaces-table.ts'
import { typesPage } from './docs/types-table.ts'

const root = join(import.meta.dirname, '..')
writeFileSync(join(root, 'docs', 'errors.md'), errorsPage())
const types = join(root, 'docs', 'types.md')
writeFileSync(types, typesPage(readFileSync(types, 'utf8')))
const cli = join(root, 'docs', 'cli.md')
writeFileSync(cli, cliPage(readFileSync(cli, 'utf8')))
const connect = join(root, 'docs', 'connect.md')
writeFileSync(connect, enginesPage(readFileSync(connect, 'utf8')))
const steps = join(root, 'docs', 'steps.md')
writeFileSync(steps, stepsPage(readFileSync(steps, 'utf8')))
const expressions = join(root, 'docs', 'expressions.md')
writeFileSync(expressions, expressionsPage(readFileSync(expressions, 'utf8')))
const sources = join(root, 'docs', 'sources-and-sinks.md')
writeFileSync(sources, sourcesPage(readFileSync(sources, 'utf8')))
const surfaces = join(root, 'docs', 'surfaces.md')
writeFileSync(surfaces, surfacesPage(readFileSync(surfaces, 'utf8')))
const schema = join(root, 'packages', 'pipeline', 'src', 'text', 'plan.schema.json')
writeFileSync(schema, `${JSON.stringify(planSchema(), null, 2)}\n`)
const tree = treeOfFolder(root)
const pages = docPages(tree)
const blocks = pages.flatMap((page) => blocksOf(page, tree.read(page)))
const typed = blocks.filter(
  ({ language, mirrors, text }) => language === 'ts' && mirrors === undefined && /^import\s/m.test(text),
)

const findings = [
  ...checkLinks(tree),
  ...checkDocBlocks(tree),
  ...checkCapabilities(tree),
  ...checkBlockTypes(root, typed),
]
const links = pages.flatMap((page) => linksOf(page, tree.read(page))).length
const mirrors = blocks.filter((block) => block.mirrors !== undefined).length
console.log(
  `${pages.length} pages, ${links} links, ${mirrors} blocks that show files, ${typed.length} blocks type-checked`,
)
if (findings.length > 0) {
  console.error(report(findings))
  process.exitCode = 1
}
