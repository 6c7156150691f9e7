import { type EngineRole, engineRoles } from '../../packages/connect/src/engine.ts'
import { engines } from '../../packages/connect/src/engines.ts'

const titles: Record<EngineRole, string> = {
  cache: 'cache',
  rateCounter: 'rate counter',
  notices: 'notices',
  recordStore: 'record store',
  events: 'events',
  changes: 'changes',
  sink: 'sink',
}

const begin = '<!-- engines: written by npm run docs -->'
const end = '<!-- /engines -->'

/** The page `docs/connect.md` with its table made anew from the engines. */
export function enginesPage(page: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/connect.md has no place for its table: ${begin} … ${end}`)
  const rows = Object.values(engines).map(({ title, testedOn, library, roles }) => {
    const cells = engineRoles.map((role) => (roles[role] === undefined ? '' : `\`${roles[role]}\``))
    return `| ${[title, testedOn, `\`${library}\``, ...cells].join(' | ')} |`
  })
  const head = `| engine | tested on | package | ${engineRoles.map((role) => titles[role]).join(' | ')} |`
  const line = `|${'---|'.repeat(3 + engineRoles.length)}`
  return `${before}${begin}\n\n${[head, line, ...rows].join('\n')}\n\n${end}${after}`
}
