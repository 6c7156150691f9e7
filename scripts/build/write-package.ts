import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { extname, join } from 'node:path'
import { bundle } from './bundle.ts'
import { rewriteExtensions } from './rewrite-extensions.ts'

/** A package as it was written for publishing. */
export interface Built {
  readonly name: string
  readonly folder: string
  /** Entry points, e.g. `.` and `./testing`. */
  readonly entries: readonly string[]
  /** What has to be installed beside it, peers included. */
  readonly dependencies: readonly string[]
  readonly files: number
  readonly bytes: number
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

/** Writes `packages/<name>/dist`: compiled files, assets, README, LICENSE and a package.json that points at them. */
export async function writePackage(root: string, name: string, emitted: string): Promise<Built> {
  const source = join(root, 'packages', name)
  const dist = join(source, 'dist')
  rmSync(dist, { recursive: true, force: true })
  cpSync(join(emitted, name, 'src'), dist, { recursive: true })
  // Pages, styles and other files that the code reads at run time lie beside it; so does what is JavaScript already.
  cpSync(join(source, 'src'), dist, { recursive: true, filter: (file) => isAsset(file) })
  for (const file of readdirSync(join(source, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.js') || !isAsset(join(source, 'src', file))) continue
    writeFileSync(join(dist, file), rewriteExtensions(file, readFileSync(join(source, 'src', file), 'utf8')))
  }

  copySources(join(source, 'src'), dist)

  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest
  const published = publishedManifest(manifest)
  // The tool finds its files by their folders, and is started by people and not by servers that scale out.
  if (manifest.bin === undefined) await bundle(dist, Object.values(manifest.exports).map(codeOf))
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(published, null, 2)}\n`)
  for (const path of Object.values(published.bin ?? {})) chmodSync(join(dist, path), 0o755)
  copyFileSync(join(root, 'LICENSE'), join(dist, 'LICENSE'))
  if (existsSync(join(source, 'README.md'))) copyFileSync(join(source, 'README.md'), join(dist, 'README.md'))

  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return {
    name: manifest.name,
    folder: dist,
    entries: Object.keys(manifest.exports),
    dependencies: Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }),
    files: files.length,
    bytes: files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0),
  }
}

/**
 * The runtime of clients is written into them as it is, and browsers get the modules of the console without their types.
 * Beside declarations, compilers would take sources for the code.
 */
function copySources(from: string, to: string): void {
  for (const folder of ['client/runtime', 'client/react/runtime', 'console/page', 'http/page']) {
    if (!existsSync(join(from, folder))) continue
    for (const file of readdirSync(join(from, folder)))
      if (/^[\w-]+\.ts$/.test(file) && (folder !== 'http/page' || file === 'form-reader.ts'))
        copyFileSync(join(from, folder, file), join(to, folder, `${file}.txt`))
  }
}

function isAsset(file: string): boolean {
  if (file.includes('/fixtures')) return false
  return statSync(file).isDirectory() || !/^\.(ts|tsx|mts)$/.test(extname(file))
}

/** Where the code of `./src/index.ts` lies in what is published. */
const codeOf = (path: string): string => path.replace(/^\.\/src\//, '').replace(/\.tsx?$/, '.js')

function publishedManifest({ devDependencies: _unpublished, scripts: _unused, ...manifest }: Manifest): Manifest {
  const moved = (path: string): string => `./${codeOf(path)}`
  const exports = Object.entries(manifest.exports).map(([entry, path]) => {
    const code = moved(path)
    return [entry, { types: code.replace(/\.js$/, '.d.ts'), default: code }]
  })
  const bin = Object.entries(manifest.bin ?? {}).map(([name, path]) => [name, moved(path)])
  return {
    ...manifest,
    // What is not named is not public.
    exports: { ...Object.fromEntries(exports), './package.json': './package.json', './internal/*': null },
    ...(bin.length > 0 ? { bin: Object.fromEntries(bin) } : {}),
  }
}
