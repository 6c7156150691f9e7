import { abilities, type Ability, surfaces } from '../../packages/serve/src/surfaces/index.ts'

const begin = '<!-- surfaces: written by npm run docs -->'
const end = '<!-- /surfaces -->'

/** The page `docs/surfaces.md` with its tables made anew from the surfaces that there are. */
export function surfacesPage(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/surfaces.md has no place for its table: ${begin} … ${end}`)
  const all = Object.keys(abilities) as Ability[]
  const rows = surfaces.map(({ name, title, transports, can }) => {
    const shown = transports ? `${title} (${transports.join(', ')})` : title
    return `| ${[shown, `\`${name}\``, ...all.map((ability) => (can[ability] ? 'yes' : ''))].join(' | ')} |`
  })
  const head = `| surface | name | ${all.map(inWords).join(' | ')} |`
  const line = `|${'---|'.repeat(2 + all.length)}`
  const words = all.map((ability) => `- **${inWords(ability)}**: ${abilities[ability]}`)
  return `${before}${begin}\n\n${[head, line, ...rows, '', ...words].join('\n')}\n\n${end}${after}`
}

/** `idempotencyKey` → `idempotency key`. */
const inWords = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
