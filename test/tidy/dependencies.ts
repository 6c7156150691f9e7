import { builtinModules } from 'node:module'
import { lineWith, packageAt, packageName, packagesOf } from './packages.ts'
import type { Package } from './packages.ts'
import { moduleOf } from './module.ts'
import { isCode, isTest } from './tree.ts'
import type { Check, Finding, Tree } from './tree.ts'

const BUILTIN = new Set(builtinModules.filter((name) => !name.startsWith('node:')))

/**
 * package.json and the imports agree. npm hoists every package into one folder, so a forgotten dependency works here
 * and fails at the user's; a dependency that nobody imports is installed for nothing.
 */
export const checkDependencies: Check = (tree) => {
  const root = packageAt(tree, '')
  const packages = [...packagesOf(tree), ...packagesOf(tree, 'examples')]
  const wanted = new Set(packages.flatMap((one) => Object.keys(one.peerDependencies)))
  return [...packages.flatMap((one) => checkPackage(tree, one, root, wanted)), ...checkVersions(tree, packages)]
}

/** @param wanted what packages import where it is there: an app declares it for them */
function checkPackage(tree: Tree, one: Package, root: Package, wanted: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = []
  const shipped = { ...one.peerDependencies, ...one.dependencies }
  const forTests = { ...shipped, ...one.devDependencies, ...root.devDependencies }
  const used = new Set<string>()

  for (const file of tree.paths.filter((path) => path.startsWith(`${one.folder}/`) && isCode(path))) {
    for (const { specifier, line } of moduleOf(tree, file).imports) {
      if (BUILTIN.has(specifier)) {
        findings.push({ file, line, message: `write 'node:${specifier}'` })
        continue
      }
      const name = packageName(specifier)
      if (name === undefined || name === one.name) continue
      used.add(name)
      const declared = isTest(file) ? forTests : shipped
      // Types alone may come from the compiler's own packages, e.g. @types/node.
      if (declared[name] === undefined) {
        findings.push({ file, line, message: `imports '${name}', which ${one.folder}/package.json does not declare` })
      }
    }
  }

  const manifest = `${one.folder}/package.json`
  for (const name of Object.keys(one.dependencies)) {
    if (used.has(name) || (one.folder.startsWith('examples/') && wanted.has(name))) continue
    findings.push({
      file: manifest,
      line: lineWith(tree.read(manifest), `"${name}"`),
      message: `declares '${name}', which nothing here imports: remove it`,
    })
  }
  return findings
}

function checkVersions(tree: Tree, packages: readonly Package[]): Finding[] {
  const findings: Finding[] = []
  const versions = new Map(packages.map(({ name, version }) => [name, version]))
  const first = new Map<string, { version: string; folder: string }>()
  for (const one of packages) {
    const file = `${one.folder}/package.json`
    const text = tree.read(file)
    for (const [name, version] of Object.entries({ ...one.dependencies, ...one.devDependencies })) {
      const complain = (message: string): void =>
        void findings.push({ file, line: lineWith(text, `"${name}"`), message })
      const own = versions.get(name)
      if (own !== undefined && own !== version) complain(`asks for ${name} ${version}, the workspace has ${own}`)
      if (!/^\d/.test(version)) complain(`pins '${name}' to no exact version: "${version}"`)
      const before = first.get(name)
      if (before === undefined) first.set(name, { version, folder: one.folder })
      else if (before.version !== version) {
        complain(`asks for ${name} ${version}, ${before.folder} for ${before.version}: one version for all`)
      }
    }
  }
  return findings
}
