import { isNode, moduleOf, nameOf, visit } from './module.ts'
import type { Node } from './module.ts'
import { isCode, isTest } from './tree.ts'
import type { Check, Finding } from './tree.ts'

/** The real drivers of time and randomness, and the few files that cannot be simulated, each with its reason. */
export const REAL: Readonly<Record<string, string>> = {
  'packages/core/src/ports/clock.ts': 'the system clock',
  'packages/core/src/ports/timers.ts': 'the system timers',
  'packages/core/src/ports/random.ts': 'the system random source',
  'packages/core/src/ports/next-turn.ts': 'lets one turn of the event loop pass, and tells no time',
  'packages/core/src/testing/virtual-time.ts': 'lets one turn of the event loop pass between two virtual moments',
  'packages/serve/src/client/runtime/host.ts': 'runs in browsers, and in programs that are no apps',
  'packages/serve/src/client/runtime/new-key.ts': 'runs in browsers, and in programs that are no apps',
  'packages/serve/src/http/page/try-commands.ts': 'runs in the browser',
}

const INSTEAD = 'time, randomness and timers come only from the ports of core (packages/core/src/ports)'
const GLOBALS = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'randomUUID',
  'getRandomValues',
  'randomBytes',
  'randomInt',
  'randomFill',
  'randomFillSync',
])
const MEMBERS = new Set([
  'Date.now',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'AbortSignal.timeout',
  ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => `globalThis.${name}`),
])
const MODULES = new Set(['node:timers', 'node:timers/promises'])

/** Nothing reads time, chance or a timer except through a port: simulation cannot be added later. */
export const checkPorts =
  (real = REAL): Check =>
  (tree) => {
    const findings: Finding[] = []
    const sources = tree.paths.filter((path) => /^packages\/[^/]+\/src\//.test(path) && isCode(path) && !isTest(path))
    for (const file of sources) {
      const module = moduleOf(tree, file)
      const found: Finding[] = []
      const complain = (line: number, what: string): void =>
        void found.push({ file, line, message: `${what}: ${INSTEAD}` })
      for (const { specifier, line } of module.imports) {
        if (MODULES.has(specifier)) complain(line, `imports '${specifier}'`)
      }
      visit(module.body, (node, parent) => {
        const used = realIn(node, parent)
        if (used !== undefined) complain(module.line(node), `uses ${used}`)
      })
      if (real[file] === undefined) findings.push(...found)
      else if (found.length === 0) {
        findings.push({ file, line: 1, message: 'uses nothing real: take it off REAL in test/tidy/ports.ts' })
      }
    }
    for (const file of Object.keys(real)) {
      if (!tree.has(file)) findings.push({ file, line: 1, message: 'is gone: take it off REAL in test/tidy/ports.ts' })
    }
    return findings
  }

function realIn(node: Node, parent: Node | undefined): string | undefined {
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    if (nameOf(node.callee) === 'Date' && (node.arguments as unknown[]).length === 0) return 'new Date()'
  }
  if (node.type === 'MemberExpression') {
    const property = nameOf(node.property)
    if (property?.startsWith('random') === true ? GLOBALS.has(property) : property === 'getRandomValues')
      return property
    const member = `${nameOf(node.object)}.${property}`
    return MEMBERS.has(member) ? member : undefined
  }
  if (node.type !== 'Identifier' || !GLOBALS.has(node.name as string) || isNameOnly(node, parent)) return undefined
  return node.name as string
}

/** An identifier that only names a member, a field or a parameter of a type says nothing about the global. */
function isNameOnly(node: Node, parent: Node | undefined): boolean {
  if (parent === undefined) return false
  if (parent.type === 'MemberExpression') return parent.property === node && parent.computed !== true
  if (parent.type === 'Property') return parent.key === node && parent.shorthand !== true && parent.value !== node
  return /^(MethodDefinition|PropertyDefinition|TS\w+)$/.test(parent.type) && isNode(parent.key) && parent.key === node
}
