import type { Manifest } from '@heddle/core'
import { formsText } from '../react/generate/forms-text.ts'
import { reactText } from '../react/generate/react-text.ts'
import { camelCase, kebabCase, quoted } from '../types/names.ts'
import { commandText, localName } from './command-text.ts'
import { eventText } from './event-text.ts'
import { loaderTexts } from './loader-text.ts'
import { RecordTypes } from './record-types.ts'
import { runtimeText } from './runtime-text.ts'
import { select } from './selected.ts'

/** What goes into a client. */
export interface GenerateOptions {
  /** Names of commands; `bank.*` for all of a domain. @default all that can be called, but Heddle's own */
  readonly commands?: readonly string[]
  /** Hooks and forms for React, too. @default false */
  readonly react?: boolean
}

/**
 * The files of a client of an app, by name: `client.ts` with all that it needs, and one file of types and commands for each
 * domain. They depend on nothing, and the same manifest gives the same bytes.
 *
 * @throws {RangeError} where `commands` names one that is not there
 * @example
 * for (const [file, text] of Object.entries(generateClient(manifest))) writeFileSync(join('src/client', file), text)
 */
export function generateClient(
  manifest: Manifest,
  { commands: names, react }: GenerateOptions = {},
): Record<string, string> {
  const selected = select(manifest, names)
  const files: Record<string, string> = { 'client.ts': clientFile(manifest) }
  for (const domain of new Set(selected.commands.map((command) => command.domain))) {
    const commands = selected.commands.filter((command) => command.domain === domain)
    const events = selected.events.filter((event) => event.domain === domain)
    const constants = new Set(commands.map((command) => camelCase(localName(command))))
    const records = new RecordTypes(domain, commands)
    const taken = new Set([...constants, ...events.map((event) => camelCase(localName(event)))])
    const sections = [
      ...records.texts,
      ...commands.map((command) => commandText(command, selected, records)),
      ...loaderTexts(commands, records, taken),
      ...events.map((event) => eventText(event, constants)),
    ]
    const file = fileOf(domain)
    files[`${file}.ts`] = domainFile(manifest, sections)
    const forms = react ? formsText(commands, file) : undefined
    if (forms !== undefined) files[`${file}-forms.ts`] = heading(manifest) + forms
  }
  if (react) files['react.ts'] = heading(manifest) + reactText()
  return files
}

/** Other files of a client have these names. */
const taken: ReadonlySet<string> = new Set(['client', 'react', 'index'])

const fileOf = (domain: string) => {
  const name = kebabCase(domain)
  return taken.has(name) || name.endsWith('-forms') ? `${name}-commands` : name
}

const heading = ({ app }: Manifest) =>
  `// Made by \`heddle client\` from the manifest of ${app}. Do not edit: make it anew.\n/* eslint-disable */\n`

/** Names of types that a file of a domain may use. */
const imported = ['Command', 'Download', 'EventType', 'Failure', 'Loader', 'SystemFailure', 'Unloaded', 'Workflow']

function domainFile(manifest: Manifest, sections: readonly string[]): string {
  const body = sections.join('\n')
  const used = imported.filter((name) => new RegExp(`\\b${name}\\b`).test(body))
  // Only types, which nothing is left of at run time: so this suffix, which every compiler follows, troubles no bundler.
  return `${heading(manifest)}import type { ${used.join(', ')} } from './client.js'\n\n${body}`
}

const clientFile = (manifest: Manifest) => `${heading(manifest)}
/** Makes a client of ${manifest.app}. Nothing is sent before the first call. */
export function createClient(options: ClientOptions = {}): Client {
  return clientOf(madeFrom, options)
}

/** What this client was made from. */
export const madeFrom: MadeFrom = {
  app: ${quoted(manifest.app)},
  manifest: ${quoted(manifest.hash)},
}

${runtimeText()}`
