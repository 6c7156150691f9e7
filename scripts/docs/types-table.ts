import type { TypeEntry } from '../../packages/core/src/types/entry.ts'
import { listTypes } from '../../packages/types/src/index.ts'

const titles: Record<TypeEntry['kind'], string> = {
  type: 'Types',
  caster: 'Casters: types that read their value out of what they are given',
  validator: 'Validators',
  transformer: 'Transformers',
}

const begin = '<!-- types: written by npm run docs -->'
const end = '<!-- /types -->'

/** The page `docs/types.md` with its tables made anew from the registry. */
export function typesPage(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/types.md has no place for its tables: ${begin} … ${end}`)
  return `${before}${begin}\n\n${tables(listTypes())}\n\n${end}${after}`
}

function tables(entries: readonly TypeEntry[]): string {
  const kinds = Object.keys(titles) as TypeEntry['kind'][]
  return kinds
    .map((kind) => {
      const rows = entries.filter((entry) => entry.kind === kind).map(rowOf)
      const head = ['| name | what it is | arguments | takes | refuses |', '|---|---|---|---|---|']
      return [`### ${titles[kind]}`, '', ...head, ...rows].join('\n')
    })
    .join('\n\n')
}

function rowOf({ name, summary, args, examples }: TypeEntry): string {
  const told = Object.entries(args?.shape ?? {}).map(([field, type]) => `\`${field}\`: ${cell(type.description ?? '')}`)
  const example = examples[0]
  const given = example?.args ? `\`${code(example.args)}\`: ` : ''
  const taken = [
    ...(example?.turns ?? []).slice(0, 2).map(([from, to]) => `\`${code(from)}\` → \`${code(to)}\``),
    ...(example?.takes ?? []).slice(0, 2).map((value) => `\`${code(value)}\``),
  ].slice(0, 2)
  const refused = (example?.refuses ?? []).slice(0, 2).map((value) => `\`${code(value)}\``)
  const cells = [
    `\`${name}\``,
    cell(summary),
    told.join('<br>'),
    taken.length > 0 ? given + taken.join(', ') : '',
    refused.join(', '),
  ]
  return `| ${cells.join(' | ')} |`
}

/** A value as JavaScript writes it, where JSON has no word for it. */
function code(value: unknown): string {
  if (value === undefined || typeof value === 'number') return String(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : `Date ${value.toISOString()}`
  if (value instanceof Uint8Array) return `bytes ${[...value].join(' ')}`
  if (value instanceof Map || value instanceof Set) return `${value.constructor.name} ${code([...value])}`
  return cell(JSON.stringify(value)).replaceAll('`', 'ˋ')
}

/** A bar would end the cell. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
