import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { systemErrors } from '@heddle/core'
import { quoted } from '../types/names.ts'

/** The files of the runtime, in the order in which they are read best. */
const files = [
  'client',
  'types',
  'context',
  'call',
  'streamed',
  'run',
  'events',
  'cached-query',
  'queries',
  'compatible',
  'failures',
  'batch',
  'over-http',
  'open',
  'live',
  'web-socket',
  'inbox',
  'body',
  'query-text',
  'lines',
  'download',
  'cast',
  'host',
]

let text: string | undefined

/**
 * What every client has, as one file of TypeScript without imports: it works wherever it is put, whatever the suffixes that
 * a bundler or compiler wants in imports. Only what the runtime exports is exported.
 */
export function runtimeText(): string {
  return (text ??= [codesText(), ...files.map((file) => sourceOf(file))].join('\n'))
}

const codesText = () => `/** Every code that a server or this client can raise by itself. */
export type SystemCode =
${Object.keys(systemErrors)
  .map((code) => `  | ${quoted(code)}\n`)
  .join('')}`

/** The sources lie beside the entry point, also in what is published. */
const folder = () => join(dirname(createRequire(import.meta.url).resolve('@heddle/serve/client')), 'runtime')

let publicNames: ReadonlySet<string> | undefined

function exported(): ReadonlySet<string> {
  if (publicNames) return publicNames
  const index = readFileSync(join(folder(), 'index.ts'), 'utf8')
  const lists = [...index.matchAll(/\{([^}]*)\}/g)].flatMap(([, list]) => list!.split(','))
  return (publicNames = new Set(lists.map((name) => name.replace(/\btype\b/, '').trim())))
}

function sourceOf(file: string): string {
  const source = readFileSync(join(folder(), `${file}.ts`), 'utf8')
  const names = exported()
  return source
    .replaceAll(/^import [\s\S]*?from '[^']+'\n/gm, '')
    .replaceAll(
      /^export (?=(?:async )?(?:declare )?(?:function\*?|const|class|interface|type) (\w+))/gm,
      (whole, name: string) => (names.has(name) ? whole : ''),
    )
    .trimStart()
}
