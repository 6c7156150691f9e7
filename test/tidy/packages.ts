import { posix } from 'node:path'
import type { Tree } from './tree.ts'

/** A workspace package as its package.json describes it. */
export interface Package {
  /** Its folder, e.g. `packages/core`. */
  readonly folder: string
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, string>>
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

interface Manifest extends Partial<Omit<Package, 'folder' | 'exports' | 'bin'>> {
  readonly exports?: Record<string, unknown>
  readonly bin?: string | Record<string, string>
}

/** The packages under `packages/` (and, when asked, `examples/`), in order of their folders. */
export function packagesOf(tree: Tree, under: 'packages' | 'examples' = 'packages'): Package[] {
  return tree.paths
    .filter((path) => new RegExp(`^${under}/[^/]+/package\\.json$`).test(path))
    .map((path) => packageAt(tree, posix.dirname(path)))
}

/** Reads the package.json of one folder; `''` is the root. */
export function packageAt(tree: Tree, folder: string): Package {
  const manifest = JSON.parse(tree.read(posix.join(folder, 'package.json'))) as Manifest
  const name = manifest.name ?? folder
  const exports: Record<string, string> = {}
  for (const [key, target] of Object.entries(manifest.exports ?? {})) {
    if (typeof target === 'string') exports[key] = target
  }
  return {
    folder,
    name,
    version: manifest.version ?? '',
    exports,
    bin: typeof manifest.bin === 'string' ? { [name]: manifest.bin } : (manifest.bin ?? {}),
    dependencies: manifest.dependencies ?? {},
    devDependencies: manifest.devDependencies ?? {},
    peerDependencies: manifest.peerDependencies ?? {},
  }
}

/** The package's name in a bare specifier: `@a/b/c` → `@a/b`, `a/b` → `a`; undefined for relative and `node:` ones. */
export function packageName(specifier: string): string | undefined {
  if (/^(\.|\/|node:|[a-z]+:\/\/|data:)/.test(specifier)) return undefined
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** The path that a relative specifier means, from the file that names it. */
export const resolveRelative = (from: string, specifier: string): string =>
  posix.join(posix.dirname(from), specifier.replace(/[?#].*$/, ''))

/** The line of a text in a file, for pointing into a package.json. */
export function lineWith(text: string, part: string): number {
  const index = text.split('\n').findIndex((line) => line.includes(part))
  return index === -1 ? 1 : index + 1
}
