import { posix } from 'node:path'
import type { Check, Finding, Tree } from './tree.ts'

const PAGE = 'docs/capabilities.md'
const ID_LIST = /<!--\s*ids:([\s\S]*?)-->/
const STATES = new Set(['works', 'partly', 'not yet'])

/**
 * The capability page lists each id of its own id list once, with a state; a capability that works, or works partly,
 * has a guide and a test that exist.
 */
export const checkCapabilities: Check = (tree) => {
  if (!tree.has(PAGE)) return [{ file: PAGE, line: 1, message: 'does not exist' }]
  const page = tree.read(PAGE)
  const findings: Finding[] = []
  const complain = (line: number, message: string): void => void findings.push({ file: PAGE, line, message })

  const ids = idsOf(page)
  if (ids.size === 0) complain(1, 'has no id list: `<!-- ids: AB1-AB9 CD1 … -->`')
  const seen = new Map<string, number>()
  for (const [index, text] of page.split('\n').entries()) {
    const line = index + 1
    const cells = rowOf(text)
    if (cells === undefined) continue
    const [id = '', name = '', state = '', guide = '', test = ''] = cells
    if (cells.length !== 5) complain(line, `${id} has ${cells.length} cells, not 5: id, capability, state, guide, test`)
    if (!ids.has(id)) complain(line, `${id} is not in the id list at the top of the page`)
    if (seen.has(id)) complain(line, `${id} stands in line ${seen.get(id)} already`)
    seen.set(id, line)
    if (name === '') complain(line, `${id} has no name`)
    if (!STATES.has(state)) complain(line, `${id} has the state "${state}", not one of: ${[...STATES].join(', ')}`)
    if (state === 'not yet') continue
    for (const [what, cell] of [
      ['guide', guide],
      ['test', test],
    ] as const) {
      const targets = [...cell.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
      if (targets.length === 0) complain(line, `${id} is "${state}" and links no ${what}`)
      for (const target of targets)
        if (!leads(tree, target)) complain(line, `${id} links the ${what} ${target}, which does not exist`)
    }
  }
  for (const id of ids) if (!seen.has(id)) complain(1, `${id} is in the id list and has no row`)
  return findings
}

/** The ids of the comment `<!-- ids: CT1-CT15 CD1-CD5 CD7 -->`, ranges spelled out. */
function idsOf(page: string): Set<string> {
  const ids = new Set<string>()
  const list = ID_LIST.exec(page)?.[1] ?? ''
  for (const word of list.trim().split(/\s+/)) {
    const [, letters = '', from, to] = /^([A-Z]+)(\d+)(?:-[A-Z]+(\d+))?$/.exec(word) ?? []
    for (let number = Number(from); number <= Number(to ?? from); number++) ids.add(`${letters}${number}`)
  }
  return ids
}

function rowOf(line: string): string[] | undefined {
  if (!/^\|\s*[A-Z]+\d+\s*\|/.test(line)) return undefined
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())
}

const leads = (tree: Tree, target: string): boolean =>
  /^https?:/.test(target) || tree.has(posix.normalize(posix.join(posix.dirname(PAGE), target.replace(/#.*$/, ''))))
