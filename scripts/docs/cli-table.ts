import { registry } from '../../packages/heddle/src/cli/registry.ts'

const begin = '<!-- commands: written by npm run docs -->'
const end = '<!-- /commands -->'

/** The page `docs/cli.md` with the table of the tool's commands made anew from its registry. */
export function cliPage(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/cli.md has no place for its table: ${begin} … ${end}`)
  const rows = registry.map(({ name, summary }) => `| \`heddle ${name}\` | ${summary.replaceAll('|', '\\|')} |`)
  return `${before}${begin}\n\n${['| command | does |', '|---|---|', ...rows].join('\n')}\n\n${end}${after}`
}
