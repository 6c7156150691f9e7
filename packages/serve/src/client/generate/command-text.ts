import type { CommandSection } from '@heddle/core'
import { deprecationText, systemErrors } from '@heddle/core'
import type { JsonSchema } from '../../cli/json-schema.ts'
import { declareType } from '../types/declare-type.ts'
import { docComment } from '../types/doc-comment.ts'
import { camelCase, pascalCase, quoted } from '../types/names.ts'
import { CastMaker } from './cast-of.ts'
import { Code, literalText } from './literal-text.ts'
import { outputOf } from './output-of.ts'
import { outputWords, type RecordTypes } from './record-types.ts'
import { cancelOf, type Selected } from './selected.ts'

/** What a command is called in its domain: `bank.TransferMoney` is `TransferMoney`. */
export const localName = ({ name, domain }: { readonly name: string; readonly domain: string }): string =>
  name.startsWith(`${domain}.`) ? name.slice(domain.length + 1) : name

/** The types of a command and the constant by which it is called. */
export function commandText(
  command: CommandSection,
  { commands, dirtiedBy, placeOf }: Selected,
  { nameOf }: RecordTypes,
): string {
  const type = pascalCase(localName(command))
  const { value, item } = outputOf(command)
  const isFile = value['x-file'] !== undefined
  const ways = waysOf(command, commands)
  const constant = camelCase(localName(command))
  const ends = ways?.types ?? (item ? [`${type}Item`] : [])
  const generics = [`${type}Input`, `${type}Value`, `${type}Error`, ...ends]
  const typed = genericText(constant, ways ? 'Workflow' : 'Command', generics)
  const maker = new CastMaker()
  const facts = {
    name: command.name,
    hash: command.hash,
    kind: command.kind,
    at: placeOf(command.name),
    idempotent: command.kind === 'command' && command.idempotent ? true : undefined,
    keyless: command.kind === 'command' && !command.idempotent && showsSecret(value) ? true : undefined,
    streamed: item ? true : undefined,
    file: isFile ? true : undefined,
    uploads: listOrNone(filePaths(command.input as JsonSchema)),
    value: isFile ? undefined : maker.castOf(value, ''),
    item: item && maker.castOf(item, 'item.'),
    errors: errorCasts(command, maker),
    types: Object.keys(maker.types).length > 0 ? maker.types : undefined,
    dirties: listOrNone(dirtiedBy(command.name)),
    ...ways?.facts,
  }
  const parts = [
    declareType({ name: `${type}Input`, schema: command.input as JsonSchema, side: 'input', nameOf }),
    valueText(`${type}Value`, value, nameOf),
    ...(item ? [declareType({ name: `${type}Item`, schema: item, side: 'output', words: outputWords, nameOf })] : []),
    errorTypes(command, type),
    `${docComment(docOf(command))}export const ${constant}: ${typed} = ${literalText(facts)}\n`,
  ]
  return parts.join('\n')
}

/** The type of a constant, its arguments on lines of their own where they are long. */
function genericText(constant: string, name: string, generics: readonly string[]): string {
  const isLong = constant.length + name.length + generics.join(', ').length > 90
  return isLong ? `${name}<\n${generics.map((each) => `  ${each}`).join(',\n')}\n>` : `${name}<${generics.join(', ')}>`
}

function valueText(name: string, schema: JsonSchema, nameOf: RecordTypes['nameOf']): string {
  // What is no value is no body, and in lines it is null.
  if (schema.type === 'null') return `export type ${name} = null | undefined\n`
  if (schema['x-file']) return `export type ${name} = Download\n`
  return declareType({ name, schema, side: 'output', words: outputWords, nameOf })
}

function errorTypes({ errors, possibleErrors, morePossibleErrors }: CommandSection, type: string): string {
  const keys = `export type ${type}Key =${listText(possibleErrors.map(quoted), '  ')}\n`
  const declared = Object.entries(errors).map(([code, { data }]) => {
    const name = `${type}${pascalCase(code)}Data`
    return {
      code,
      name,
      text: declareType({ name, schema: data as JsonSchema, side: 'output', words: outputWords }),
    }
  })
  // What a command that it calls declares comes through, and what its data is stands there.
  const codes = new Set(possibleErrors.map((key) => key.slice(key.lastIndexOf(':') + 1)))
  const others = [...codes].filter((code) => !Object.hasOwn(systemErrors, code) && !Object.hasOwn(errors, code)).sort()
  const members = [
    ...declared.map(({ code, name }) => `Failure<${quoted(code)}, ${name}, ${type}Key>`),
    ...others.map((code) => `Failure<${quoted(code)}, unknown, ${type}Key>`),
    `SystemFailure<${type}Key>`,
  ]
  const more = morePossibleErrors ? '/** These and more. */\n' : ''
  const union = `export type ${type}Error =${listText(members, '  ')}\n`
  return [...declared.map(({ text }) => text), more + keys, union].join('\n')
}

/** Whether something that is sensitive stands in a type that leaves the app. */
function showsSecret(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false
  return (part as JsonSchema)['x-sensitive'] === true || Object.values(part).some(showsSecret)
}

/** A union, each member on a line of its own where there are several. */
function listText(members: readonly string[], indent: string): string {
  if (members.length === 0) return ' never'
  if (members.length === 1) return ` ${members[0]!}`
  return members.map((member) => `\n${indent}| ${member}`).join('')
}

function errorCasts({ errors }: CommandSection, maker: CastMaker) {
  const casts = Object.entries(errors).flatMap(([code, { data }]) => {
    const cast = maker.castOf(data as JsonSchema, `${code}.`)
    return cast ? [[code, cast] as const] : []
  })
  return casts.length > 0 ? Object.fromEntries(casts) : undefined
}

/** Where files stand in an object, e.g. `order.receipt`. */
function filePaths({ properties = {} }: JsonSchema): string[] {
  return Object.entries(properties).flatMap(([name, schema]) =>
    schema['x-file'] ? [name] : filePaths(schema).map((path) => `${name}.${path}`),
  )
}

const listOrNone = (list: readonly string[]) => (list.length > 0 ? list : undefined)

/** The commands that tell of what a command begins. Those of another domain are called by themselves. */
function waysOf({ name, domain, begins }: CommandSection, commands: readonly CommandSection[]) {
  if (!begins) return undefined
  const find = (way: string) => commands.find((command) => command.name === way && command.domain === domain)
  const [awaits, watch, cancel] = [find(begins.awaits), find(begins.watch), find(cancelOf(name))]
  if (!awaits || !watch || !outputOf(watch).item) return undefined
  const called = (command: CommandSection) => new Code(`() => ${camelCase(localName(command))}`)
  const ended = pascalCase(localName(awaits))
  return {
    types: [`${ended}Value`, `${ended}Error`, `${pascalCase(localName(watch))}Item`],
    facts: { awaits: called(awaits), watch: called(watch), cancel: cancel && called(cancel) },
  }
}

function docOf({ summary, description, examples, deprecated }: CommandSection): string | undefined {
  const [example] = examples
  const leave = deprecated && `@deprecated ${deprecationText(deprecated)}`
  const text = [summary, description, leave].filter((part) => part !== undefined).join('\n\n')
  if (example === undefined) return text
  return `${text}${text === '' ? '' : '\n\n'}@example ${JSON.stringify(example)}`
}
