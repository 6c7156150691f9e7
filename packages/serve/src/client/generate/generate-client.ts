import { Defect, type Manifest } from '@heddle/core'
import { formsText } from '../react/generate/forms-text.ts'
import { reactText } from '../react/generate/react-text.ts'
import { docComment, inLine } from '../types/doc-comment.ts'
import { assertOnce, type Section } from './assert-once.ts'
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
 * @throws {Defect} InvalidDefinition, where two things would have one name
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
    const told: Section[] = [
      ...records.texts.map((text) => ({ of: `records in ${domain}`, text })),
      ...commands.map((command) => ({ of: command.name, text: commandText(command, selected, records) })),
      ...loaderTexts(commands, records, taken).map((text) => ({ of: `records in ${domain}`, text })),
      ...events.map((event) => ({ of: event.name, text: eventText(event, constants) })),
    ]
    const file = fileOf(domain)
    assertFree(manifest, `${file}.ts`, files, domain)
    assertOnce(`the client of ${manifest.app}`, told)
    files[`${file}.ts`] = domainFile(
      manifest,
      told.map(({ text }) => text),
    )
    const forms = react ? formsText(commands, file) : undefined
    if (forms !== undefined) files[`${file}-forms.ts`] = heading(manifest) + forms
  }
  if (react) files['react.ts'] = heading(manifest) + reactText()
  return files
}

/** Domains that differ only in how their words are told apart would be one file. */
function assertFree({ app }: Manifest, file: string, files: Readonly<Record<string, string>>, domain: string): void {
  if (!Object.hasOwn(files, file)) return
  const reason = `the domain ${domain} and another one would both be ${file}: name the commands that it is for`
  throw new Defect('InvalidDefinition', { name: `the client of ${app}`, reason })
}

/** Other files of a client have these names. */
const taken: ReadonlySet<string> = new Set(['client', 'react', 'index'])

const fileOf = (domain: string) => {
  const name = kebabCase(domain)
  return taken.has(name) || name.endsWith('-forms') ? `${name}-commands` : name
}

const heading = ({ app }: Manifest) =>
  `// Made by \`heddle client\` from the manifest of ${inLine(app)}. Do not edit: make it anew.\n/* eslint-disable */\n`

/** Names of types that a file of a domain may use. */
const imported = ['Command', 'Download', 'EventType', 'Failure', 'Loader', 'SystemFailure', 'Unloaded', 'Workflow']

function domainFile(manifest: Manifest, sections: readonly string[]): string {
  const body = sections.join('\n')
  const used = imported.filter((name) => new RegExp(`\\b${name}\\b`).test(body))
  // Only types, which nothing is left of at run time: so this suffix, which every compiler follows, troubles no bundler.
  return `${heading(manifest)}import type { ${used.join(', ')} } from './client.js'\n\n${body}`
}

const clientFile = (manifest: Manifest) => `${heading(manifest)}
${docComment(`Makes a client of ${manifest.app}. Nothing is sent before the first call.`)}export function createClient(options: ClientOptions = {}): Client {
  return clientOf(madeFrom, options)
}

/** What this client was made from. */
export const madeFrom: MadeFrom = {
  app: ${quoted(manifest.app)},
  manifest: ${quoted(manifest.hash)},
}

${runtimeText()}`
