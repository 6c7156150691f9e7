import type { ExpressionFunction } from '../../packages/pipeline/src/expression/index.ts'
import { expressionFunctions } from '../../packages/pipeline/src/expression/index.ts'

const begin = '<!-- functions: written by npm run docs -->'
const end = '<!-- /functions -->'

/** The page `docs/expressions.md` with its table made anew from the functions that there are. */
export function expressionsPage(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) {
    throw new Error(`docs/expressions.md has no place for its table: ${begin} … ${end}`)
  }
  const head = ['| function | what it gives | takes | example |', '|---|---|---|---|']
  return `${before}${begin}\n\n${[...head, ...expressionFunctions.map(rowOf)].join('\n')}\n\n${end}${after}`
}

function rowOf({ name, summary, takes, optional, repeats, example: [text, value] }: ExpressionFunction): string {
  const needed = takes.length - optional
  const told = takes.map((taken, index) => (index < needed ? taken : `${taken}?`)).join('; ')
  const shown = typeof value === 'bigint' ? String(value) : JSON.stringify(value)
  const cells = [`\`${name}\``, summary, `${told}${repeats ? ' …' : ''}`, `\`${text}\` → \`${shown}\``]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
