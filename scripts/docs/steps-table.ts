import { aggregateFunctions } from '../../packages/pipeline/src/aggregate/table.ts'
import { exampleOf } from '../../packages/pipeline/src/kinds/kind-of.ts'
import { stepKinds } from '../../packages/pipeline/src/kinds/kinds.ts'
import { modes as all } from '../../packages/pipeline/src/kinds/mode.ts'

const aggregatesBegin = '<!-- aggregates: written by npm run docs -->'
const aggregatesEnd = '<!-- /aggregates -->'
const begin = '<!-- steps: written by npm run docs -->'
const end = '<!-- /steps -->'

/** Those in which something can stand. */
const modes = all.filter((mode) => [...stepKinds.values()].some((kind) => kind.modes.includes(mode)))

/** The page `docs/steps.md` with its tables of kinds and of aggregates made anew. */
export function stepsPage(page: string): string {
  return withAggregates(withKinds(page))
}

function withAggregates(page: string): string {
  const [before, rest] = page.split(aggregatesBegin)
  const after = rest?.split(aggregatesEnd)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/steps.md has no place for its table: ${aggregatesBegin} … ${aggregatesEnd}`)
  const rows = aggregateFunctions.map(({ name, summary, example }) => `| \`${name}\` | ${summary} | \`${example}\` |`)
  const table = ['| aggregate | gives | example |', '|---|---|---|', ...rows].join('\n')
  return `${before}${aggregatesBegin}\n\n${table}\n\n${aggregatesEnd}${after}`
}

function withKinds(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/steps.md has no place for its table: ${begin} … ${end}`)
  const rows = Array.from(stepKinds.values(), (kind) => {
    const marks = modes.map((mode) => (kind.modes.includes(mode) ? 'yes' : ''))
    const example = `\`${JSON.stringify(exampleOf(kind, kind.examples[0]!)).replaceAll('|', '\\|')}\``
    return `| ${[`\`${kind.name}\``, kind.summary, ...marks, example].join(' | ')} |`
  })
  const head = [`| kind | does | ${modes.join(' | ')} | example |`, `|${'---|'.repeat(modes.length + 3)}`]
  return `${before}${begin}\n\n${[...head, ...rows].join('\n')}\n\n${end}${after}`
}
