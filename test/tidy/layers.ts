import { packagesOf, packageName, resolveRelative } from './packages.ts'
import { moduleOf } from './module.ts'
import { isCode, isTest } from './tree.ts'
import type { Check, Finding } from './tree.ts'

/** The layer of each package folder. An import goes to a lower layer, never to the same one or up. */
export const LAYERS: Readonly<Record<string, number>> = {
  core: 0,
  types: 1,
  data: 1,
  pipeline: 2,
  workflow: 3,
  stream: 3,
  ai: 4,
  connect: 5,
  serve: 5,
  forge: 5,
  studio: 6,
  heddle: 6,
}

/** Imports between packages go down, through an entry point that package.json names. */
export const checkLayers: Check = (tree) => {
  const packages = packagesOf(tree)
  const byName = new Map(packages.map((one) => [one.name, one]))
  const findings: Finding[] = []
  for (const { folder } of packages) {
    if (LAYERS[base(folder)] === undefined) {
      findings.push({
        file: `${folder}/package.json`,
        line: 1,
        message: 'has no layer: add it to LAYERS in test/tidy/layers.ts',
      })
    }
  }

  for (const file of tree.paths.filter((path) => isCode(path) && /^(packages|examples|test|scripts)\//.test(path))) {
    const home = packages.find(({ folder }) => file.startsWith(`${folder}/`))
    for (const { specifier, line } of moduleOf(tree, file).imports) {
      const complain = (message: string): void => void findings.push({ file, line, message })

      if (specifier.startsWith('.')) {
        const target = resolveRelative(file, specifier)
        const owner = packages.find(({ folder }) => target.startsWith(`${folder}/`))
        if (owner !== undefined && owner !== home && !file.startsWith('test/') && !file.startsWith('scripts/')) {
          complain(`reaches into ${owner.folder} by path: import '${owner.name}'`)
        }
        continue
      }

      const target = byName.get(packageName(specifier) ?? '')
      if (target === undefined) continue
      const entry = `.${specifier.slice(target.name.length)}`
      if (target.exports[entry] === undefined)
        complain(`'${specifier}' is no entry point of ${target.name}: see its package.json`)
      if (home === undefined) continue
      if (target === home) {
        if (!isTest(file)) complain(`imports its own package by name: use a relative path`)
        continue
      }
      const [from, to] = [LAYERS[base(home.folder)] ?? 0, LAYERS[base(target.folder)] ?? 0]
      if (to >= from) {
        complain(
          `${base(home.folder)} (layer ${from}) must not import ${base(target.folder)} (layer ${to}): imports only go down`,
        )
      }
    }
  }
  return findings
}

const base = (folder: string): string => folder.slice(folder.lastIndexOf('/') + 1)
