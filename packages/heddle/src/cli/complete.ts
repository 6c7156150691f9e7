import type { CommandSection } from '@heddle/core'
import { callOptions, findCommand, flagsOf, kebab, type OptionTable } from '@heddle/serve'
import type { ArgumentTable, CliCommand } from './cli-command.ts'
import { jsonOption, toolOptions } from './tool-options.ts'

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
  const current = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  return (await candidates(before, current, commands, load)).filter((candidate) => candidate.startsWith(current)).sort()
}

async function candidates(
  before: readonly string[],
  current: string,
  commands: readonly CliCommand[],
  load: LoadSections,
): Promise<string[]> {
  const command = commands.findLast(({ name }) => name.split(' ').every((word, index) => before[index] === word))
  if (!command) {
    const inGroup = commands
      .map(({ name }) => name.split(' '))
      .filter((name) => before.every((word, index) => name[index] === word))
    return [...new Set(inGroup.map((name) => name[before.length] ?? ''))].filter(Boolean)
  }
  if (command.name === 'call') return callCandidates(before.slice(1), current, load)
  const table = { ...optionsIn(command.args), ...toolOptions, ...jsonOption }
  const choices = choicesOf(before.at(-1), table)
  if (choices) return choices
  if (current.startsWith('-')) return flagNames(table)
  return command.name === 'describe' ? Object.keys(await load()) : []
}

async function callCandidates(before: readonly string[], current: string, load: LoadSections): Promise<string[]> {
  const table: OptionTable = { ...callOptions, ...toolOptions }
  const own = choicesOf(before.at(-1), table)
  if (own) return own
  const sections = await load()
  const name = before.find((word) => !word.startsWith('-'))
  if (name === undefined) return current.startsWith('-') ? flagNames(table) : Object.keys(sections)
  const flags = flagsOf(findCommand(name, sections).input, new Set(Object.keys(table).map(kebab)))
  const wanted = flags.find((flag) => `--${flag.name}` === before.at(-1))
  if (wanted && wanted.kind !== 'boolean') return [...(wanted.choices ?? [])]
  return [
    ...flags.flatMap((flag) =>
      flag.kind === 'boolean' ? [`--${flag.name}`, `--no-${flag.name}`] : [`--${flag.name}`],
    ),
    ...flagNames(table),
  ]
}

/** The values of an option that takes one; nothing to offer for free text. */
function choicesOf(word: string | undefined, table: OptionTable): string[] | undefined {
  const found = Object.entries(table).find(([name, { type }]) => type !== 'boolean' && `--${kebab(name)}` === word)
  return found && [...(found[1].choices ?? [])]
}

const flagNames = (table: OptionTable) => Object.keys(table).map((name) => `--${kebab(name)}`)

function optionsIn(table: ArgumentTable): OptionTable {
  const options: Record<string, OptionTable[string]> = {}
  for (const [name, { type, summary }] of Object.entries(table)) {
    if (type === 'positional' || type === 'words') continue
    options[name] = { type: type === 'number' ? 'text' : type, summary }
  }
  return options
}
