import { posix } from 'node:path'
import { lineWith, packagesOf } from './packages.ts'
import { moduleOf } from './module.ts'
import type { Check, Finding } from './tree.ts'

const IS_EXPORT = new Set(['ExportAllDeclaration', 'ExportNamedDeclaration'])

/** package.json's exports equal the tree, and every index.ts holds exports of other files and nothing else. */
export const checkExports: Check = (tree) => {
  const findings: Finding[] = []
  for (const { folder, exports, bin } of packagesOf(tree)) {
    const manifest = `${folder}/package.json`
    const text = tree.read(manifest)
    for (const [entry, target] of Object.entries(exports)) {
      const complain = (message: string): void =>
        void findings.push({ file: manifest, line: lineWith(text, `"${entry}"`), message })
      const expected = entry === '.' ? './src/index.ts' : `./src/${entry.slice(2)}/index.ts`
      if (target !== expected) complain(`exports '${entry}' from ${target}: it belongs in ${expected}`)
      if (!tree.has(posix.join(folder, target))) complain(`exports '${entry}' from ${target}, which does not exist`)
    }
    for (const [name, target] of Object.entries(bin)) {
      if (tree.has(posix.join(folder, target))) continue
      findings.push({ file: manifest, line: lineWith(text, `"${name}"`), message: `bin ${target} does not exist` })
    }
    for (const [path, entry] of [
      ['src/index.ts', '.'],
      ['src/testing/index.ts', './testing'],
    ] as const) {
      if (tree.has(`${folder}/${path}`) && exports[entry] === undefined) {
        findings.push({ file: manifest, line: 1, message: `does not export '${entry}' although ${path} exists` })
      }
    }
  }

  for (const file of tree.paths.filter((path) => /^packages\/[^/]+\/src\/(.*\/)?index\.ts$/.test(path))) {
    const module = moduleOf(tree, file)
    for (const node of module.body) {
      if (IS_EXPORT.has(node.type) && (node.source != null || isEmptyExport(node))) continue
      findings.push({ file, line: module.line(node), message: 'an index.ts only exports other files: move this out' })
    }
  }
  return findings
}

/** `export {}` marks an entry point that has nothing to say yet. */
const isEmptyExport = (node: { readonly [field: string]: unknown }): boolean =>
  node.declaration == null && Array.isArray(node.specifiers) && node.specifiers.length === 0
