import { isNode, moduleOf, nameOf, visit } from './module.ts'
import type { Node } from './module.ts'
import { isCode, isTest } from './tree.ts'
import type { Check, Finding, Tree } from './tree.ts'

const CATALOGUE = 'packages/core/src/error/codes.ts'
const PAGE = 'docs/errors.md'

/** Every code of the catalogue is documented in docs/errors.md and raised somewhere; the page names no other codes. */
export const checkErrorCodes: Check = (tree) => {
  if (!tree.has(CATALOGUE)) return [{ file: CATALOGUE, line: 1, message: 'does not exist: error codes live there' }]
  const codes = catalogue(tree)
  if (codes.size === 0) return [{ file: CATALOGUE, line: 1, message: 'holds no object literal `systemErrors`' }]

  const findings: Finding[] = []
  const documented = documentedCodes(tree)
  const raised = mentioned(tree)
  for (const [code, line] of codes) {
    const complain = (message: string): void => void findings.push({ file: CATALOGUE, line, message })
    if (!documented.has(code)) complain(`${code} has no row in the table of ${PAGE} (first cell \`${code}\`)`)
    if (!raised.has(code)) complain(`nothing in packages/*/src raises ${code}: raise it or remove it`)
  }
  for (const [code, line] of documented) {
    if (codes.has(code)) continue
    findings.push({ file: PAGE, line, message: `documents ${code}, which ${CATALOGUE} does not know` })
  }
  return findings
}

function catalogue(tree: Tree): Map<string, number> {
  const module = moduleOf(tree, CATALOGUE)
  const codes = new Map<string, number>()
  visit(module.body, (node) => {
    if (node.type !== 'VariableDeclarator' || nameOf(node.id) !== 'systemErrors') return
    for (const property of (objectOf(node.init)?.properties ?? []) as Node[]) {
      const code = nameOf(property.key)
      if (code !== undefined) codes.set(code, module.line(property))
    }
  })
  return codes
}

/** Looks through `as const`, `satisfies` and a wrapping call such as `Object.freeze`. */
function objectOf(node: unknown): Node | undefined {
  if (isNode(node, 'ObjectExpression')) return node
  if (!isNode(node)) return undefined
  return objectOf(node.expression ?? (node.arguments as unknown[] | undefined)?.[0])
}

function documentedCodes(tree: Tree): Map<string, number> {
  const codes = new Map<string, number>()
  if (!tree.has(PAGE)) return codes
  for (const [index, line] of tree.read(PAGE).split('\n').entries()) {
    const code = /^\|\s*`([A-Z]\w*)`\s*\|/.exec(line)?.[1]
    if (code !== undefined) codes.set(code, index + 1)
  }
  return codes
}

/** Codes are raised as a string (`defect('NotFound')`) or as a member (`fail.NotFound(…)`). */
function mentioned(tree: Tree): Set<string> {
  const names = new Set<string>()
  const sources = tree.paths.filter((path) => /^packages\/[^/]+\/src\//.test(path) && isCode(path))
  for (const file of sources.filter((path) => path !== CATALOGUE && !isTest(path))) {
    visit(moduleOf(tree, file).body, (node, parent) => {
      if (node.type === 'Literal' && typeof node.value === 'string') {
        // A literal type names a code without raising it.
        if (parent?.type !== 'TSLiteralType') names.add(node.value)
      } else if (node.type === 'MemberExpression') {
        names.add(nameOf(node.property) ?? '')
      }
    })
  }
  return names
}
