import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { cachedText } from '../http/cached-text.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import { pagePolicy } from '../http/page/page-endpoints.ts'

/** The places of the page. The module that says them is the one that it begins with; only browsers load it. */
export type { Place } from './page/main.ts'

/** The module that the page begins with. */
export const mainModule = 'console/page/main.ts'

/** The folders whose modules the browser loads, and single ones. They lie beside each other as in the package. */
const folders = ['console/page', 'client/runtime']
const single = ['http/page/form-reader.ts']

/** What of other packages the browser loads: where it lies beside the modules, and in its package. */
const foreign: Readonly<Record<string, string>> = {
  'console/page/uplot.js': 'uplot/dist/uPlot.esm.js',
  'console/page/uplot.css': 'uplot/dist/uPlot.min.css',
}

/** Where an app that was built has the modules, beside its code. */
export const builtPageFolder = 'files/heddle-console'

/**
 * The modules of the page, by the paths that they import each other by: TypeScript of this package, whose types are taken out
 * when a browser first asks for it. None where they cannot be found.
 */
export function pageModules(): Readonly<Record<string, PlainEndpoint>> {
  const root = pageFolder()
  if (root === undefined) return {}
  const paths = pathsIn(root).filter((path) => !path.endsWith('.css'))
  return Object.fromEntries(paths.map((path) => [path, moduleAt(root, path)]))
}

/** The look of what of other packages the browser loads. */
export function foreignStyle(): string {
  const root = pageFolder()
  const sheets = Object.keys(foreign).filter((path) => path.endsWith('.css'))
  return root === undefined ? '' : sheets.map((path) => sourceAt(root, path)).join('\n')
}

/**
 * The sources of the page by their paths, for tools that put an app together: they belong into the folder `builtPageFolder` beside
 * its code.
 */
export function pageSources(): Readonly<Record<string, string>> {
  const root = packageFolder()
  return Object.fromEntries(holdsPage(root) ? pathsIn(root).map((path) => [path, sourceAt(root, path)]) : [])
}

const pageFolder = () => [packageFolder(), join(import.meta.dirname, builtPageFolder)].find(holdsPage)

const holdsPage = (root: string | undefined): root is string =>
  root !== undefined && folders.every((folder) => existsSync(join(root, folder)))

/** Where this package lies. An app that was built may have none beside it. */
function packageFolder(): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve('@heddle/serve/console')))
  } catch {
    return undefined
  }
}

const pathsIn = (root: string): string[] => [
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((file) => file.replace(/\.txt$/, ''))
      .filter((file) => /^[\w-]+\.ts$/.test(file))
      .map((file) => `${folder}/${file}`),
  ),
  ...single,
  ...Object.keys(foreign),
]

/** In what is published, sources are texts. */
function sourceAt(root: string, path: string): string {
  const file = join(root, path)
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const elsewhere = foreign[path]
  if (elsewhere !== undefined) return readFileSync(createRequire(import.meta.url).resolve(elsewhere), 'utf8')
  return readFileSync(`${file}.txt`, 'utf8')
}

const moduleAt = (root: string, path: string): PlainEndpoint =>
  cachedText('text/javascript', 'text/javascript; charset=utf-8', () => scriptOf(path, sourceAt(root, path)), {
    'content-security-policy': pagePolicy,
  })

/** Browsers find modules by their paths alone. */
const scriptOf = (path: string, source: string): string =>
  path.endsWith('.ts') ? withoutTypes(source).replace("from 'uplot'", "from './uplot.js'") : source

/** Node warns at the first use that this may change one day, which is for us to follow and not for users to read. */
function withoutTypes(source: string): string {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}
