import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The sources of hooks and forms, in the order in which they are read best. */
const files = [
  'provider',
  'use-query',
  'use-command',
  'command-store',
  'use-events',
  'use-run',
  'use-latest',
  'command-form',
  'form-fields',
  'form-view',
  'form-words',
  'form-draft',
  'form-read',
  'form-errors',
  'form-parts',
  'form-items',
  'form-union',
  'form-money',
  'form-box',
  'form-control',
  '../../runtime/new-key',
]

let text: string | undefined

/** What the components of every client have, as one file of TypeScript that imports React and the types of `client.ts`. */
export const reactText = (): string => (text ??= joined(files.map(read), exportedIn(read('index'))))

/** The sources lie beside those of the client; in what is published they are texts, so that nothing compiles them. */
function read(file: string): string {
  const client = dirname(createRequire(import.meta.url).resolve('@heddle/serve/client'))
  const path = join(client, 'react/runtime', `${file}.ts`)
  return readFileSync(existsSync(path) ? path : `${path}.txt`, 'utf8')
}

/** Files as one: what they import from each other is there already. */
function joined(sources: readonly string[], names: ReadonlySet<string>): string {
  const react = new Set<string>()
  const types = new Set<string>()
  const bodies = sources.map((source) =>
    source
      .replaceAll(/^import (type )?\{([^}]*)\} from '([^']+)'\n/gm, (_, isType: string, list: string, from: string) => {
        const into = from === 'react' ? react : from === '../../runtime/index.ts' ? types : undefined
        for (const name of list.split(',').map((each) => each.trim())) {
          if (name === '' || into === undefined) continue
          into.add(into === react && isType && !name.startsWith('type ') ? `type ${name}` : name)
        }
        return ''
      })
      .replaceAll(/^export (?=(?:async )?(?:function\*?|const|class|interface|type) (\w+))/gm, (whole, name: string) =>
        names.has(name) ? whole : '',
      )
      .trimStart(),
  )
  const imports = [importText('import', react, 'react'), importText('import type', types, './client.js')]
  return [imports.join(''), ...bodies].join('\n')
}

function exportedIn(index: string): ReadonlySet<string> {
  const lists = [...index.matchAll(/\{([^}]*)\}/g)].flatMap(([, list]) => list!.split(','))
  return new Set(lists.map((name) => name.replace(/\btype\b/, '').trim()))
}

const importText = (word: string, names: ReadonlySet<string>, from: string) =>
  `${word} {\n${[...names]
    .sort()
    .map((name) => `  ${name},\n`)
    .join('')}} from '${from}'\n`
