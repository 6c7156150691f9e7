import type { CommandSection, JsonSchema, Manifest } from '@heddle/core'
import type { JsonSchema as ReadSchema } from '../cli/json-schema.ts'
import { assertOnce } from '../client/generate/assert-once.ts'
import { Code, literalText } from '../client/generate/literal-text.ts'
import { clientWords, declareType } from '../client/types/declare-type.ts'
import { docComment, inLine } from '../client/types/doc-comment.ts'
import { camelCase, pascalCase, quoted } from '../client/types/names.ts'
import { localName } from './command-of.ts'
import { callableSections, declaredErrors } from './callable-sections.ts'

/** What a module of contracts is written from. */
export interface ModuleOptions {
  readonly manifest: Manifest
  /** Where the manifest comes from: an address, or a path relative to the module. */
  readonly from: string
  /** @default all that can be called from outside */
  readonly commands?: readonly string[]
  /** @default none */
  readonly prefix?: string
}

/**
 * A module of TypeScript with the commands of another app as contracts, their types, and the part of its manifest that these
 * are made from. The same manifest gives the same text.
 *
 * @throws {Defect} InvalidDefinition
 */
export function writeModule({ manifest, from, commands, prefix }: ModuleOptions): string {
  const sections = callableSections(manifest, manifest.app, commands).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const names = namesOf(sections)
  const texts = sections.map((section) => commandText(section, names.get(section.name)!, prefix))
  assertOnce(`remote ${manifest.app}`, [
    { of: 'Heddle', text: others.map((name) => `export type ${name}\n`).join('') },
    ...texts.map(({ of, types, constant }) => ({ of, text: [...types, ...constant].join('\n') })),
  ])
  const hasDecimals = sections.some((section) => tells(section, 'decimal'))
  return [
    `// Written by \`heddle remote add\`, from ${inLine(from)}. Write it anew instead of changing it.`,
    ...importsOf(sections),
    `import { remoteContract, type RemoteManifest } from 'heddle/remote'`,
    ...(hasDecimals ? [`import { type Decimal, decimal } from 'heddle/types'`] : []),
    '',
    ...texts.flatMap(({ types }) => types),
    docComment(`What ${manifest.app} told of itself, for \`remote(…, { manifest })\`.`).trimEnd(),
    `export const manifest: RemoteManifest = ${literalText(kept(manifest, sections, from, hasDecimals))}`,
    '',
    ...texts.flatMap(({ constant }) => constant),
  ].join('\n')
}

/** Types that those of a command may be of. */
const others = ['FileSource', 'ReadonlyMap', 'ReadonlySet', 'RemoteManifest', 'StreamedFile']

/** What the types refer to. */
function importsOf(sections: readonly CommandSection[]): readonly string[] {
  const names = [
    ...(sections.some((section) => declaredErrors(section).length > 0) ? ['Failure'] : []),
    ...(sections.some(({ input }) => holdsFile(input)) ? ['FileSource'] : []),
    ...(sections.some(({ output }) => holdsFile(output)) ? ['StreamedFile'] : []),
  ]
  return names.length > 0 ? [`import type { ${names.join(', ')} } from 'heddle'`] : []
}

const holdsFile = (schema: unknown): boolean => JSON.stringify(schema).includes('"x-file":')

/** Whether types of a command are texts of a format. */
const tells = ({ input, output, errors }: CommandSection, format: string): boolean =>
  JSON.stringify([input, output, errors]).includes(`"format":"${format}"`)

/** The part of the manifest that is used, so that what others do does not change the file. */
const kept = (
  { heddle, app, hash, surface }: Manifest,
  sections: readonly CommandSection[],
  from: string,
  hasDecimals: boolean,
) => ({
  heddle,
  app,
  hash,
  ...(surface !== undefined && { surface }),
  from,
  ...(hasDecimals && { formats: new Code('{ decimal: decimal() }') }),
  parts: { command: Object.fromEntries(sections.map((section) => [section.name, section])) },
})

/** What each command is called in the module: by its own name, and by its domain too where two have the same. */
function namesOf(sections: readonly CommandSection[]): ReadonlyMap<string, string> {
  const own = ({ name }: CommandSection) => name.slice(name.lastIndexOf('.') + 1)
  const counts = Map.groupBy(sections, own)
  return new Map(
    sections.map((section) => [section.name, counts.get(own(section))!.length > 1 ? section.name : own(section)]),
  )
}

/** What stands for the forms of text: values of this app. */
const words = {
  input: { ...clientWords, decimal: 'Decimal', file: 'FileSource' },
  output: { ...clientWords, decimal: 'Decimal', file: 'StreamedFile' },
}

function commandText(section: CommandSection, called: string, prefix: string | undefined) {
  const type = pascalCase(called)
  const name = localName(section.name, { prefix })
  const { item, value } = outputOf(section)
  const errors = declaredErrors(section)
  const declared = (own: string, schema: JsonSchema, side: 'input' | 'output', doc: string) =>
    declareType({
      name: `${type}${own}`,
      schema: schema as ReadSchema,
      side,
      doc,
      words: words[side],
      hasContainers: true,
    })
  const failures = errors.map(([code]) => `Failure<${quoted(code)}, ${type}${code}>`)
  const generics = [
    quoted(name),
    `${type}Input`,
    `${type}Value`,
    failures.length > 0 ? `${type}Errors` : 'never',
    ...(item ? [`${type}Item`] : []),
  ]
  const prefixed = prefix === undefined ? '' : `, ${quoted(prefix)}`
  return {
    of: section.name,
    types: [
      declared('Input', section.input, 'input', `What \`${name}\` is called with.`),
      declared('Value', value, 'output', `What \`${name}\` gives.`),
      ...(item ? [declared('Item', item, 'output', `What \`${name}\` streams.`)] : []),
      ...errors.map(([code, { data }]) => declared(code, data, 'output', `What \`${code}\` of \`${name}\` tells.`)),
      ...(failures.length > 0
        ? [`/** The errors that \`${name}\` declares. */\nexport type ${type}Errors = ${failures.join(' | ')}\n`]
        : []),
    ],
    constant: [
      `${docComment(section.summary ?? `Calls \`${name}\`.`)}export const ${camelCase(called)} = remoteContract<`,
      ...generics
        .map((generic) => `  ${generic},`)
        .map((line, index, all) => (index === all.length - 1 ? line.slice(0, -1) : line)),
      `>(${quoted(name)}, manifest${prefixed})`,
      '',
    ],
  }
}

function outputOf({ output }: CommandSection): { readonly value: JsonSchema; readonly item?: JsonSchema } {
  const { stream } = output as { readonly stream?: { readonly item: JsonSchema; readonly final: JsonSchema } }
  return stream ? { value: stream.final, item: stream.item } : { value: output as JsonSchema }
}
