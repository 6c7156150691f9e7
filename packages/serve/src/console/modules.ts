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

/** Where an app that was built has the modules, beside its code. */
export const builtPageFolder = 'files/heddle-console'

/**
 * The modules of the page, by the paths that they import each other by: TypeScript of this package, whose types are taken out
 * when a browser first asks for it. None where they cannot be found.
 */
export function pageModules(): Readonly<Record<string, PlainEndpoint>> {
  const root = [packageFolder(), join(import.meta.dirname, builtPageFolder)].find(holdsPage)
  return Object.fromEntries(root === undefined ? [] : pathsIn(root).map((path) => [path, moduleAt(root, path)]))
}

/**
 * The sources of the page by their paths, for tools that put an app together: they belong into the folder `builtPageFolder` beside
 * its code.
 */
export function pageSources(): Readonly<Record<string, string>> {
  const root = packageFolder()
  return Object.fromEntries(holdsPage(root) ? pathsIn(root).map((path) => [path, sourceAt(root, path)]) : [])
}

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
]

/** In what is published, sources are texts. */
function sourceAt(root: string, path: string): string {
  const file = join(root, path)
  return readFileSync(existsSync(file) ? file : `${file}.txt`, 'utf8')
}

const moduleAt = (root: string, path: string): PlainEndpoint =>
  cachedText('text/javascript', 'text/javascript; charset=utf-8', () => withoutTypes(sourceAt(root, path)), {
    'content-security-policy': pagePolicy,
  })

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
