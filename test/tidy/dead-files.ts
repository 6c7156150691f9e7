import { posix } from 'node:path'
import { packagesOf, resolveRelative } from './packages.ts'
import { moduleOf } from './module.ts'
import { isCode, isTest } from './tree.ts'
import type { Check, Finding, Tree } from './tree.ts'

/**
 * Every source file of a package is reached from an entry point (package.json's exports and bin), by imports or as a
 * worker (`new URL('./worker.ts', import.meta.url)`). A file that only tests import is dead weight in the package.
 */
export const checkDeadFiles: Check = (tree) => {
  const findings: Finding[] = []
  for (const { folder, exports, bin } of packagesOf(tree)) {
    const entries = [...Object.values(exports), ...Object.values(bin)].map((target) => posix.join(folder, target))
    const sources = tree.paths.filter((path) => path.startsWith(`${folder}/src/`) && isCode(path))
    const shipped = reach(tree, entries)
    const tested = reach(tree, sources.filter(isTest))
    for (const file of sources) {
      if (isTest(file) || shipped.has(file)) continue
      const message = tested.has(file)
        ? 'only tests import it: move it under fixtures/ or the testing entry point'
        : 'nothing imports it: use it or remove it'
      findings.push({ file, line: 1, message })
    }
  }
  return findings
}

function reach(tree: Tree, entries: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const open = entries.filter((path) => tree.has(path))
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    if (!isCode(file)) continue
    for (const { specifier } of moduleOf(tree, file).imports) {
      if (!specifier.startsWith('.')) continue
      const target = resolveRelative(file, specifier)
      if (tree.has(target)) open.push(target)
    }
  }
  return seen
}
