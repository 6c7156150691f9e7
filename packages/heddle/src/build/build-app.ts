import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadLibrary, systemFailure } from '@heddle/core'
import { correctIt } from '../app-file/blame.ts'
import { makeFolder } from '@heddle/data'
import { usageFailure } from '@heddle/serve'
import type { Plugin } from 'rolldown'
import { assetFiles } from './asset-files.ts'
import { consoleFiles } from './console-files.ts'
import type { Rolldown } from './rolldown.ts'
import { workerFiles } from './worker-files.ts'

/** What was built. */
export interface BuiltApp {
  /** The file to start: `node dist/start.js`. */
  readonly start: string
  readonly files: readonly { readonly name: string; readonly sizeBytes: number }[]
  /** Packages that are not within and must lie in `node_modules` where it runs. */
  readonly external: readonly string[]
}

/** Migration files that come along with a build. */
export interface MigrationFiles {
  /** The folder that holds them. */
  readonly from: string
  /** The folder within the build from which the app reads them. */
  readonly to: string
}

const entry = '\0heddle-start'

/**
 * Puts an app and all that it uses into a few files, so that it starts in half the time and needs no `node_modules`.
 * Packages that hold native code, and those whose files the app looks for while it runs, stay outside.
 *
 * @param migrations the migration files, which come along
 * @throws {Defect} MissingLibrary without Rolldown
 * @throws {Failure} InvalidAppFile, when something in it cannot be put together; InvalidUsage, when the folder holds
 *   something else than an earlier build
 */
export async function buildApp(file: string, folder: string, migrations?: MigrationFiles): Promise<BuiltApp> {
  const { rolldown } = await loadLibrary<Rolldown>('heddle build', 'rolldown', () => import('rolldown'))
  if (!isReplaceable(folder)) {
    throw usageFailure(`the folder ${folder} holds something else than an earlier build, which would be lost`)
  }
  const external = new Set<string>()
  const own = fileURLToPath(new URL('../built/index.ts', import.meta.url))
  const start = [
    `import { enableCompileCache } from 'node:module'`,
    // Before anything else is loaded: what is compiled once is not compiled again.
    `enableCompileCache()`,
    `const [{ default: app }, { serveBuilt }] = await Promise.all([import(${JSON.stringify(file)}), import(${JSON.stringify(own)})])`,
    `await serveBuilt(app, import.meta.dirname, new URL('./app.js', import.meta.url).href)`,
  ].join('\n')
  try {
    const bundle = await rolldown({
      // The app is an entry of its own, because threads import it too.
      input: { start: entry, app: file },
      platform: 'node',
      logLevel: 'silent',
      transform: { target: 'esnext' },
      tsconfig: false,
      external: (id, importer) => isOutside(id, importer, file, external),
      plugins: [
        {
          name: 'heddle-start',
          resolveId: (id) => (id === entry ? id : undefined),
          load: (id) => (id === entry ? start : undefined),
        },
        workerFiles(),
        assetFiles(projectRoot(file)),
        consoleFiles(),
        askedPackages((name) => external.add(name)),
      ],
    })
    const { output } = await bundle.generate({
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    })
    await bundle.close()
    rmSync(folder, { recursive: true, force: true })
    await makeFolder(folder)
    const files = output.map((part) => {
      const content = part.type === 'chunk' ? part.code : part.source
      mkdirSync(dirname(join(folder, part.fileName)), { recursive: true })
      writeFileSync(join(folder, part.fileName), content)
      return { name: part.fileName, sizeBytes: Buffer.byteLength(content) }
    })
    if (migrations) cpSync(migrations.from, join(folder, migrations.to), { recursive: true })
    // Node reads the files as modules wherever they are copied.
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`)
    return { start: join(folder, 'start.js'), files, external: [...external].sort() }
  } catch (thrown) {
    if (!(thrown instanceof Error) || !('errors' in thrown)) throw thrown
    const [first = thrown] = thrown.errors as readonly Error[]
    const reason = first.message.split('\n').find((line) => line.trim() !== '')
    throw systemFailure('InvalidAppFile', { file, reason, advice: correctIt }, { cause: thrown })
  }
}

/** The outermost folder around the app that is a package: what lies in it has its place there. */
function projectRoot(file: string): string {
  let found = dirname(file)
  for (let folder = found; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) found = folder
  }
  return found
}

/** Packages whose files are looked for when the app runs: they stay outside. */
const askedPackages = (tell: (name: string) => void): Plugin => ({
  name: 'heddle-asked-packages',
  transform(code) {
    for (const [, , id] of code.matchAll(/import\.meta\.resolve\(\s*(['"])([^.'"][^'"]*)\1\s*\)/g)) tell(packageOf(id!))
    return undefined
  },
})

const packageOf = (id: string) => id.split('/', id.startsWith('@') ? 2 : 1).join('/')

/** Whether nothing is lost where a folder is replaced: it is empty, not there yet, or an earlier build. */
const isReplaceable = (folder: string): boolean =>
  !existsSync(folder) || readdirSync(folder).length === 0 || existsSync(join(folder, 'start.js'))

/** Node's own, what is not installed, and what holds native code. */
function isOutside(id: string, importer: string | undefined, app: string, found: Set<string>): boolean {
  if (isBuiltin(id)) return true
  // `#` is a package's own name for a file of its; the helpers of the bundler are within it.
  if (/^[./\0#]/.test(id) || id.startsWith('@oxc-project/runtime')) return id.endsWith('.node')
  const name = packageOf(id)
  const root = packageRoot(name, importer ?? app)
  // What is not there now is not needed either: some packages ask for one that is only there at times.
  if (root === undefined) return true
  if (!isNative(root)) return false
  found.add(name)
  return true
}

function packageRoot(name: string, importer: string): string | undefined {
  for (const modules of createRequire(importer.startsWith('/') ? importer : import.meta.url).resolve.paths(name) ??
    []) {
    const manifest = join(modules, name, 'package.json')
    try {
      readFileSync(manifest)
      return join(modules, name)
    } catch {
      // Not here: the next folder upwards.
    }
  }
  return undefined
}

/** By what packages with native code say of themselves. */
function isNative(root: string): boolean {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
  return 'gypfile' in manifest || 'binary' in manifest || 'napi' in manifest
}
