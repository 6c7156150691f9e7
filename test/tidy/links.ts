import { posix } from 'node:path'
import { docPages } from './doc-blocks.ts'
import type { Check, Finding, Tree } from './tree.ts'

/** A link of a page into the repository. */
export interface Link {
  readonly file: string
  readonly line: number
  readonly target: string
}

/** Every relative link of the documentation leads to a file or folder that exists, and to a heading that is there. */
export const checkLinks: Check = (tree) => {
  const findings: Finding[] = []
  for (const { file, line, target } of docPages(tree).flatMap((page) => linksOf(page, tree.read(page)))) {
    const [path = '', anchor] = target.split('#')
    const resolved = path === '' ? file : posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/, '')
    const complain = (message: string): void => void findings.push({ file, line, message })
    if (!exists(tree, resolved)) complain(`links to ${target}, which does not exist`)
    else if (anchor !== undefined && resolved.endsWith('.md') && !anchorsOf(tree.read(resolved)).has(anchor)) {
      complain(`links to ${target}: ${resolved} has no such heading`)
    }
  }
  return findings
}

/** The links of a page that stay in the repository, outside of code. */
export function linksOf(file: string, page: string): Link[] {
  const links: Link[] = []
  let inCode = false
  for (const [index, line] of page.split('\n').entries()) {
    if (line.startsWith('```')) inCode = !inCode
    if (inCode) continue
    for (const [, target = ''] of line.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)[^)]*\)/g)) {
      if (!/^([a-z]+:|\/\/)/i.test(target)) links.push({ file, line: index + 1, target })
    }
  }
  return links
}

function exists(tree: Tree, path: string): boolean {
  return path === '.' || tree.has(path) || tree.paths.some((known) => known.startsWith(`${path}/`))
}

/** Headings as the anchors that code hosts make of them. */
function anchorsOf(page: string): Set<string> {
  const headings = page.matchAll(/^#{1,6}\s+(.+)$/gm)
  return new Set(
    [...headings].map(([, text = '']) =>
      text
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}
