import { type CommandSection, deprecationText, type Json } from '@heddle/core'
import { plain } from './format/plain.ts'
import { type Flag, flagsOf, kebab } from './flags.ts'
import type { JsonSchema } from './json-schema.ts'
import type { Option, OptionTable } from './options.ts'
import { positionalOf } from './parse-arguments.ts'

/**
 * What a command takes on the command line, for people.
 *
 * @param program how the command is called up to its name, e.g. `heddle call`
 */
export function commandHelp(section: CommandSection, table: OptionTable, program: string): string[] {
  const input = section.input as JsonSchema
  const flags = flagsOf(input, new Set(Object.keys(table).map(kebab)))
  const word = positionalOf(flags, input)
  const call = `${program} ${section.name}`
  return [
    `${call}${word ? ` <${word.name}>` : ''}${flags.length > 0 ? ' [flags]' : ''}`,
    ...(section.summary ? ['', section.summary] : []),
    ...(section.deprecated ? ['', deprecationText(section.deprecated)] : []),
    ...(flags.length > 0 ? ['', 'Flags (? may be left out):', ...columns(flags.map(flagLine))] : []),
    '',
    'Options:',
    ...optionRows(table),
    '',
    'Example:',
    `  ${exampleCall(section, table, program)}`,
  ]
}

/** A call of the command that can be typed: its first declared example, or a value for each required flag. */
export function exampleCall(section: CommandSection, table: OptionTable, program: string): string {
  const flags = flagsOf(section.input as JsonSchema, new Set(Object.keys(table).map(kebab)))
  const [example] = section.examples
  const words = flags.flatMap((flag) => {
    const value = example === undefined ? undefined : valueAt(example, flag.path)
    if (value !== undefined) return flagWords(flag, value)
    return example === undefined && flag.required
      ? flagWords(flag, flag.choices?.[0] ?? flag.type.toUpperCase().split(' ')[0]!)
      : []
  })
  if (flags.length === 0 && example !== undefined) words.push(quote(plain(example)))
  return [program, section.name, ...words].join(' ')
}

function flagWords({ name, kind }: Flag, value: Json): string[] {
  if (kind === 'boolean') return [value === false ? `--no-${name}` : `--${name}`]
  if (kind === 'list' && Array.isArray(value)) return value.flatMap((item: Json) => [`--${name}`, quote(plain(item))])
  return [`--${name}`, quote(plain(value))]
}

function valueAt(value: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = value
  for (const name of path) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined
    current = (current as Readonly<Record<string, Json | undefined>>)[name]
  }
  return current
}

const quote = (text: string) => (/^[\w.:/@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)

function flagLine(flag: Flag): [string, string, string] {
  const name = `--${flag.kind === 'boolean' ? '[no-]' : ''}${flag.name}${flag.required ? '' : '?'}`
  const preset = flag.default === undefined ? '' : ` = ${plain(flag.default)}`
  return [name, `${flag.type}${preset}`, `${flag.summary}${flag.kind === 'list' ? ' (repeat it)' : ''}`.trim()]
}

function optionLine([name, { value, summary, short, choices }]: [string, Option]): [string, string, string] {
  const dashed = `--${kebab(name)}${short ? `, -${short}` : ''}`
  return [dashed, choices ? choices.join('|') : (value ?? ''), summary]
}

/** The options of a table, a line each, for people. */
export const optionRows = (table: OptionTable): string[] => columns(Object.entries(table).map(optionLine))

function columns(rows: readonly (readonly [string, string, string])[]): string[] {
  const first = Math.max(...rows.map(([name]) => name.length))
  // One very long type must not push every description out of the terminal.
  const second = Math.min(28, Math.max(...rows.map(([, type]) => type.length)))
  return rows.map(([name, type, summary]) => `  ${name.padEnd(first)}  ${type.padEnd(second)}  ${summary}`.trimEnd())
}
