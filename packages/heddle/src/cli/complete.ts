import type { CommandSection } from '@heddle/core'
import { callOptions, callOptionsFor, findCommand, flagsOf, kebab, type OptionTable } from '@heddle/serve'
import type { ArgumentTable, CliCommand } from './cli-command.ts'
import { outputOptions, toolOptions } from './tool-options.ts'

/** The app's commands; loaded only where a name or a flag of theirs is wanted. */
export type LoadSections = () => Promise<Readonly<Record<string, CommandSection>>>

/**
 * What may stand where the cursor is: names of the tool's commands, flags, the app's commands and their flags, and the
 * values of those that list them. All from the tables from which the parser is made.
 *
 * @param words those after `heddle`; the last one is being typed and may be empty
 */
export async function complete(
  words: readonly string[],
  commands: readonly CliCommand[],
  load: LoadSections,
): Promise<string[]> {
  const { before, current, glued } = cursorIn(words)
  const found = await candidates(before, current, commands, load)
  return found
    .filter((candidate) => candidate.startsWith(current))
    .sort()
    .map((candidate) => `${glued}${candidate}`)
}

interface Cursor {
  readonly before: readonly string[]
  readonly current: string
  /** What the shell takes as one word with the current one: `--format=`. */
  readonly glued: string
}

/** bash takes `--format=js` apart into three words; other shells leave it whole. */
function cursorIn(words: readonly string[]): Cursor {
  const before = words
    .slice(0, -1)
    .filter((word) => word !== '=')
    .flatMap((word) => /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word])
  const last = words.at(-1) ?? ''
  const [, flag, value = ''] = /^(--[^=]+)=(.*)$/s.exec(last) ?? []
  if (flag !== undefined) return { before: [...before, flag], current: value, glued: `${flag}=` }
  return { before, current: last === '=' ? '' : last, glued: '' }
}

async function candidates(
  typed: readonly string[],
  current: string,
  commands: readonly CliCommand[],
  load: LoadSections,
): Promise<string[]> {
  const shared = choicesOf(typed.at(-1), toolOptions)
  if (shared) return shared
  const before = afterOptions(typed, toolOptions)
  if (before.length === 0 && current.startsWith('-')) return ['--help', '--version', ...flagNames(toolOptions)]
  const command = commands.findLast(({ name }) => name.split(' ').every((word, index) => before[index] === word))
  if (!command) return nextWords(before, commands)
  if (command.name === 'call') return callCandidates(before.slice(1), current, load)
  if (command.name === 'help') {
    return [...(before.length === 1 ? ['exit-codes'] : []), ...nextWords(before.slice(1), commands)]
  }
  const table = { ...optionsIn(command.args), ...toolOptions, ...outputOptions }
  const choices = choicesOf(before.at(-1), table)
  if (choices) return choices
  if (current.startsWith('-')) return flagNames(table)
  if (command.name === 'describe') return Object.keys(await load())
  return Object.values(command.args).flatMap((argument) =>
    argument.type === 'positional' ? (argument.choices ?? []) : [],
  )
}

/** What may follow these words in the names of the tool's commands. */
function nextWords(before: readonly string[], commands: readonly CliCommand[]): string[] {
  const inGroup = commands
    .map(({ name }) => name.split(' '))
    .filter((name) => before.every((word, index) => name[index] === word))
  return [...new Set(inGroup.map((name) => name[before.length] ?? ''))].filter(Boolean)
}

async function callCandidates(before: readonly string[], current: string, load: LoadSections): Promise<string[]> {
  const shared: OptionTable = { ...callOptions, ...toolOptions }
  const own = choicesOf(before.at(-1), shared)
  if (own) return own
  const sections = await load()
  const [name] = afterOptions(before, shared)
  if (name === undefined) return current.startsWith('-') ? flagNames(shared) : Object.keys(sections)
  const section = findCommand(name, sections)
  const table = { ...callOptionsFor(section, sections), ...toolOptions }
  const flags = flagsOf(section.input, new Set(Object.keys(table).map(kebab)))
  const wanted = flags.find((flag) => `--${flag.name}` === before.at(-1))
  if (wanted && wanted.kind !== 'boolean') return [...(wanted.choices ?? [])]
  return [
    ...flags.flatMap((flag) =>
      flag.kind === 'boolean' ? [`--${flag.name}`, `--no-${flag.name}`] : [`--${flag.name}`],
    ),
    ...flagNames(table),
  ]
}

/** The words from the first one on that is no option of the table, nor the value of one. */
function afterOptions(words: readonly string[], table: OptionTable): readonly string[] {
  let at = 0
  while (at < words.length && words[at]!.startsWith('-')) at += choicesOf(words[at], table) ? 2 : 1
  return words.slice(at)
}

/** The values of an option that takes one; nothing to offer for free text. */
function choicesOf(word: string | undefined, table: OptionTable): string[] | undefined {
  const found = Object.entries(table).find(([name, { type }]) => type !== 'boolean' && `--${kebab(name)}` === word)
  return found && [...(found[1].choices ?? [])]
}

const flagNames = (table: OptionTable) => Object.keys(table).map((name) => `--${kebab(name)}`)

function optionsIn(table: ArgumentTable): OptionTable {
  const options: Record<string, OptionTable[string]> = {}
  for (const [name, argument] of Object.entries(table)) {
    const { type, summary } = argument
    if (type === 'positional' || type === 'words') continue
    const choices = type === 'list' ? argument.choices : undefined
    options[name] = { type: type === 'number' ? 'text' : type, summary, ...(choices && { choices }) }
  }
  return options
}
