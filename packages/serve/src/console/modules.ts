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

/**
 * The modules of the page, by the paths that they import each other by: TypeScript of this package, whose types are taken out
 * when a browser first asks for it.
 */
export function pageModules(): Readonly<Record<string, PlainEndpoint>> {
  const root = sourceRoot()
  if (root === undefined) return {}
  const paths = [...folders.flatMap((folder) => modulesIn(root, folder)), ...single]
  return Object.fromEntries(paths.map((path) => [path, moduleAt(join(root, path))]))
}

/** Where the modules lie. Undefined where the app is one file, and the package is not installed beside it. */
function sourceRoot(): string | undefined {
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve('@heddle/serve/console')))
    return existsSync(join(root, 'console/page')) ? root : undefined
  } catch {
    return undefined
  }
}

/** In what is published, sources are texts. */
const sourceAt = (file: string): string => readFileSync(existsSync(file) ? file : `${file}.txt`, 'utf8')

const modulesIn = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder))
    .map((file) => file.replace(/\.txt$/, ''))
    .filter((file) => /^[\w-]+\.ts$/.test(file))
    .map((file) => `${folder}/${file}`)

const moduleAt = (file: string): PlainEndpoint =>
  cachedText('text/javascript', 'text/javascript; charset=utf-8', () => withoutTypes(sourceAt(file)), {
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
