import { existsSync, readFileSync } from 'node:fs'
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
  'new-key',
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

/** A source of the runtime. They lie beside the entry point; in what is published they are texts, so that nothing compiles them. */
function read(file: string): string {
  const path = join(dirname(createRequire(import.meta.url).resolve('@heddle/serve/client')), 'runtime', `${file}.ts`)
  return readFileSync(existsSync(path) ? path : `${path}.txt`, 'utf8')
}

let publicNames: ReadonlySet<string> | undefined

function exported(): ReadonlySet<string> {
  if (publicNames) return publicNames
  const index = read('index')
  const lists = [...index.matchAll(/\{([^}]*)\}/g)].flatMap(([, list]) => list!.split(','))
  return (publicNames = new Set(lists.map((name) => name.replace(/\btype\b/, '').trim())))
}

function sourceOf(file: string): string {
  const source = read(file)
  const names = exported()
  return source
    .replaceAll(/^import [\s\S]*?from '[^']+'\n/gm, '')
    .replaceAll(
      /^export (?=(?:async )?(?:declare )?(?:function\*?|const|class|interface|type) (\w+))/gm,
      (whole, name: string) => (names.has(name) ? whole : ''),
    )
    .trimStart()
}
