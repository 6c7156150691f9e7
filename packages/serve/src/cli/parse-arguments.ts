import type { AnyFailure, PathSegment } from '@heddle/core'
import { type Flag, type FlagKind, flagsOf, kebab } from './flags.ts'
import { type Token, tokenize, usageFailure } from './flag-tokens.ts'
import { alternatives, fieldsOf, hasFields, type JsonSchema, resolver } from './json-schema.ts'
import type { Option, OptionTable, OptionValues } from './options.ts'
import { didYouMean, suggest } from './suggest.ts'

/** One place of the input that a flag or a word sets. */
export interface Assignment {
  readonly path: readonly PathSegment[]
  readonly kind: FlagKind
  readonly orText?: readonly string[]
  readonly element: 'text' | 'json'
  readonly text: string
  /** As the user wrote it, for errors. */
  readonly flag: string
}

/** What a command line says. */
export interface Arguments<Table extends OptionTable> {
  readonly options: OptionValues<Table>
  readonly assignments: readonly Assignment[]
}

/**
 * Reads a command line for a command. Nothing is cast here: text stays text, and the command's type decides.
 *
 * @throws {Failure} InvalidUsage, with the nearest flag where there is one
 */
export function parseArguments<Table extends OptionTable>(
  argv: readonly string[],
  input: JsonSchema,
  table: Table,
): Arguments<Table> {
  const reserved = new Map(Object.keys(table).map((name) => [kebab(name), name]))
  const flags = flagsOf(input, new Set(reserved.keys()))
  const positional = positionalOf(flags, input)
  const options: Record<string, string | boolean | string[]> = {}
  const assignments: Assignment[] = []
  const tokens = tokenize(argv)

  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!
    if (token.flag === undefined) {
      if (!positional || assignments.some(({ flag }) => flag === positional.name)) throw tooManyWords(token, flags)
      assignments.push({ ...positional, text: token.value!, flag: positional.name })
      continue
    }
    const option = findOption(token.flag, reserved, table)
    const flag = option ? undefined : findFlag(token.flag, flags, input)
    if (!option && !flag) throw unknownFlag(token.flag, flags, reserved)
    const isBoolean = option ? option.option.type === 'boolean' : flag!.kind === 'boolean'
    const text = isBoolean ? booleanText(token, option?.negated ?? flag!.negated) : valueOf(tokens, index)
    if (!isBoolean && token.value === undefined) index++
    if (flag) assignments.push({ ...flag, text, flag: token.flag })
    else putOption(options, option!, text, token.flag)
  }
  return { options: options as OptionValues<Table>, assignments }
}

interface FoundOption {
  readonly name: string
  readonly option: Option
  readonly negated: boolean
}

function findOption(typed: string, reserved: ReadonlyMap<string, string>, table: OptionTable): FoundOption | undefined {
  const plain = kebab(typed)
  for (const [name, option] of Object.entries(table))
    if (option.short === typed) return { name, option, negated: false }
  const direct = reserved.get(plain)
  if (direct) return { name: direct, option: table[direct]!, negated: false }
  const positive = plain.startsWith('no-') ? reserved.get(plain.slice(3)) : undefined
  return positive && table[positive]!.type === 'boolean'
    ? { name: positive, option: table[positive]!, negated: true }
    : undefined
}

function putOption(
  options: Record<string, string | boolean | string[]>,
  { name, option }: FoundOption,
  text: string,
  typed: string,
) {
  if (option.choices && !option.choices.includes(text)) {
    throw usageFailure(`--${typed} is one of ${option.choices.join(', ')}, not "${text}"`)
  }
  if (option.type === 'list') options[name] = [...((options[name] as string[] | undefined) ?? []), text]
  else if (Object.hasOwn(options, name) && options[name] !== text && option.type === 'text') {
    throw usageFailure(`--${typed} stands twice`)
  } else options[name] = option.type === 'boolean' ? text === 'true' : text
}

interface FoundFlag {
  readonly path: readonly PathSegment[]
  readonly kind: FlagKind
  readonly orText?: readonly string[]
  readonly element: 'text' | 'json'
  readonly negated: boolean
}

function findFlag(typed: string, flags: readonly Flag[], input: JsonSchema): FoundFlag | undefined {
  const exact = flags.find(({ path }) => path.join('.') === typed)
  if (exact) return { ...exact, negated: false }
  const plain = kebab(typed)
  const [first, second] = flags.filter(({ name }) => name === plain)
  if (first && second) throw usageFailure(`--${typed} can mean --${first.path.join('.')} or --${second.path.join('.')}`)
  if (first) return { ...first, negated: false }
  const denied = plain.startsWith('no-')
    ? flags.find(({ name, kind }) => kind === 'boolean' && name === plain.slice(3))
    : undefined
  return denied ? { ...denied, negated: true } : findByPath(typed, input)
}

/** `--items.0.sku` and `--labels.env`: places inside lists and records, which have no flag of their own. */
function findByPath(typed: string, input: JsonSchema): FoundFlag | undefined {
  if (!typed.includes('.')) return undefined
  const resolve = resolver(input)
  const path: PathSegment[] = []
  let schema = input
  for (const segment of typed.split('.')) {
    const field = fieldsOf(schema, resolve).find(({ name }) => name === segment || kebab(name) === segment)
    if (field) {
      path.push(field.name)
      schema = field.schema
      continue
    }
    const [list] = alternatives(schema, resolve).options.filter(({ type }) => type === 'array')
    const [record] = alternatives(schema, resolve).options.filter(
      (type) => typeof type.additionalProperties === 'object',
    )
    if (list && /^\d{1,6}$/.test(segment)) {
      path.push(Number(segment))
      schema = list.prefixItems?.[Number(segment)] ?? (typeof list.items === 'object' ? list.items : {})
    } else if (record) {
      path.push(segment)
      schema = record.additionalProperties as JsonSchema
    } else return undefined
  }
  if (hasFields(schema, resolve)) return { path, kind: 'json', element: 'json', negated: false }
  const [leaf] = flagsOf({ ...wrap(schema), $defs: input.$defs })
  return leaf ? { ...leaf, path, negated: false } : undefined
}

/** A type as the only field of an object, so that the rules for flags apply to it. */
const wrap = (schema: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: { value: schema },
  required: ['value'],
})

/** The one word that may stand without a flag: the only required plain field, or an input that is itself plain. */
export function positionalOf(flags: readonly Flag[], input: JsonSchema): Flag | undefined {
  if (flags.length === 0 && fieldsOf(input, resolver(input)).length === 0) {
    const [whole] = flagsOf({ ...wrap(input), $defs: input.$defs })
    const isObject = alternatives(input, resolver(input)).options.every(({ type }) => type === 'object')
    return whole && !isObject ? { ...whole, path: [], name: 'value' } : undefined
  }
  const required = flags.filter((flag) => flag.required)
  return required.length === 1 && required[0]!.kind === 'text' ? required[0] : undefined
}

function booleanText({ value, flag }: Token, negated: boolean): string {
  const yes = value === undefined || value === 'true' || value === 'yes' || value === '1'
  if (!yes && value !== 'false' && value !== 'no' && value !== '0') {
    throw usageFailure(`--${flag} is yes or no, not "${value}"`)
  }
  return String(yes !== negated)
}

function valueOf(tokens: readonly Token[], index: number): string {
  const { flag, value } = tokens[index]!
  if (value !== undefined) return value
  const next = tokens[index + 1]
  if (!next || next.flag !== undefined) throw usageFailure(`--${flag} needs a value`)
  return next.value!
}

function tooManyWords({ value }: Token, flags: readonly Flag[]): AnyFailure {
  const shown = flags.slice(0, 5).map(({ name }) => `--${name}`)
  return usageFailure(
    `"${value}" belongs to no flag${shown.length === 0 ? '' : `; the flags are ${shown.join(', ')}${flags.length > 5 ? ' …' : ''}`}`,
  )
}

function unknownFlag(typed: string, flags: readonly Flag[], reserved: ReadonlyMap<string, string>): AnyFailure {
  const names = [...flags.map(({ name }) => name), ...reserved.keys()]
  const near = suggest(kebab(typed), names).map((name) => `--${name}`)
  const hint =
    typed === 'later' ? ': an app serves a command for later with later(command) among its parts' : didYouMean(near)
  return usageFailure(`there is no flag --${typed}${hint}`)
}
