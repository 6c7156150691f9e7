import { didYouMean, kebab, type OptionTable, suggest, usageFailure } from '@heddle/serve'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { version } from '../commands/version.ts'
import { splitFlags } from './config-flags.ts'
import type { ArgumentTable, ArgumentValues, CliCommand } from './cli-command.ts'
import { outputOptions, toolOptions } from './tool-options.ts'

/** What a command line asks for. */
export interface Asked {
  readonly command: CliCommand
  readonly args: ArgumentValues<ArgumentTable>
  /** Values of the options that every command takes, by name. */
  readonly options: Readonly<Record<string, unknown>>
}

/** What came of reading a command line: a command to run, or a text that was asked for. */
export type Parsed = Asked | { readonly text: string }

/**
 * Reads a command line of the tool.
 *
 * @throws {Failure} InvalidUsage, with the nearest name where there is one
 */
export function parseCommandLine(argv: readonly string[], commands: readonly CliCommand[]): Parsed {
  let asked: Asked | undefined
  let text = ''
  const { argv: words, flags } = splitFlags(argv, commands)
  const program = buildProgram(commands, (found) => (asked = found))
  refuseTwice(program)
  forEach(program, (each) =>
    each.exitOverride().configureOutput({ writeOut: (more) => (text += more), outputError() {}, writeErr() {} }),
  )
  try {
    if (argv.length === 0) return { text: program.helpInformation() }
    program.parse(words, { from: 'user' })
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown
    if (thrown.exitCode !== 0) throw usageFailure(reasonOf(thrown), thrown)
  }
  if (asked && flags.length > 0) return { ...asked, options: { ...asked.options, flags } }
  return asked ?? { text }
}

/** The help of the tool, or of the command that the words name. */
export function helpText(commands: readonly CliCommand[], words: readonly string[]): string {
  let current = buildProgram(commands, () => {})
  for (const word of words) {
    const next = current.commands.find((each) => each.name() === word)
    if (!next) throw usageFailure(`there is no command "${words.join(' ')}" to help with`)
    current = next
  }
  return current.helpInformation().trimEnd()
}

function buildProgram(commands: readonly CliCommand[], onAsked: (asked: Asked) => void): Command {
  const program = new Command('heddle')
    .description('Runs, calls, describes and checks a Heddle app.')
    .version(version, '--version', 'Print the version')
    .helpOption('-h, --help', 'Say how to use it')
    .helpCommand(false)
    .enablePositionalOptions()
  addOptions(program, toolOptions)
  for (const command of commands) add(program, command, onAsked)
  for (const each of program.commands) {
    if (each.commands.length > 0)
      each.description(`Has the commands ${listOf(each.commands.map((one) => one.name()))}.`)
  }
  return program
}

function add(program: Command, command: CliCommand, onAsked: (asked: Asked) => void): void {
  const words = command.name.split(' ')
  const parent = words.length > 1 ? group(program, words[0]!) : program
  const own = new Command(words.at(-1)).description(command.summary).helpOption('-h, --help', 'Say how to use it')
  const takesWords = Object.values(command.args).some(({ type }) => type === 'words')
  for (const [name, argument] of Object.entries(command.args)) {
    if (argument.type === 'positional')
      own.argument(argument.optional ? `[${kebab(name)}]` : `<${kebab(name)}>`, argument.summary)
    else if (argument.type === 'words') own.argument(`[${kebab(name)}...]`, argument.summary)
    else own.addOption(optionOf(name, argument))
  }
  // Flags after the name of a command to call are that command's, and help too.
  if (command.name === 'call') own.allowUnknownOption().passThroughOptions().helpOption(false)
  else addOptions(own, { ...toolOptions, ...outputOptions })
  if (command.configFlags) own.addHelpText('after', `\n${configHelp}`)
  own.addHelpText('after', `\nExample:\n  ${command.example}`)
  own.action(() => {
    const options: Record<string, unknown> = own.optsWithGlobals()
    onAsked({ command, args: takesWords ? wordValues(command, own) : values(command, own), options })
  })
  parent.addCommand(own)
}

/** Which values there are is known once the app is. */
const configHelp =
  "Values of the app's configuration are options, too: --max-rows 50 sets maxRows. heddle config show lists them."

function group(program: Command, name: string): Command {
  const known = program.commands.find((each) => each.name() === name)
  if (known) return known
  const created = new Command(name)
    .helpOption('-h, --help', 'Say how to use it')
    .helpCommand(false)
    .enablePositionalOptions()
  // A group alone does nothing: it tells what is in it.
  created.allowExcessArguments().action(() => {
    const [word] = created.args
    if (word !== undefined) throw usageFailure(notInGroup(created, word))
    created.outputHelp()
  })
  addOptions(created, toolOptions)
  program.addCommand(created)
  return created
}

function notInGroup(group: Command, word: string): string {
  const names = group.commands.map((each) => each.name())
  const near = suggest(word, names)
  return `there is no command "${group.name()} ${word}"${near.length > 0 ? didYouMean(near) : `; there are ${listOf(names)}`}`
}

type FlagArgument = Exclude<ArgumentTable[string], { type: 'positional' | 'words' }>

function optionOf(name: string, argument: FlagArgument): Option {
  const dashed = `--${kebab(name)}`
  if (argument.type === 'boolean') return new Option(dashed, argument.summary)
  const option = new Option(`${dashed} <${argument.type === 'number' ? 'N' : argument.value}>`, argument.summary)
  if (argument.type === 'number') option.argParser(parseNumber)
  if (argument.type === 'list') lists.add(option.argParser(oneMoreOf(argument.choices)))
  if ('default' in argument && argument.default !== undefined) option.default(argument.default)
  return option
}

function addOptions(command: Command, table: OptionTable): void {
  for (const [name, { type, summary, value, choices }] of Object.entries(table)) {
    const option = new Option(`--${kebab(name)}${type === 'boolean' ? '' : ` <${value}>`}`, summary)
    if (choices) option.choices(choices)
    if (type === 'list') lists.add(option.argParser(oneMoreOf(choices)))
    command.addOption(option)
  }
}

/** One more value of a list, where it is one of those that there are. */
const oneMoreOf =
  (choices: readonly string[] | undefined) =>
  (text: string, before: string[] = []) => {
    if (choices && !choices.includes(text)) {
      throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`)
    }
    return [...before, text]
  }

const listOf = (names: readonly string[]) => new Intl.ListFormat('en').format(names)

function parseNumber(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw new InvalidArgumentError('It is a number.')
  return number
}

function values({ args }: CliCommand, own: Command): ArgumentValues<ArgumentTable> {
  const given: Record<string, unknown> = {}
  let position = 0
  for (const [name, { type }] of Object.entries(args)) {
    const value: unknown = type === 'positional' ? own.processedArgs[position++] : own.getOptionValue(name)
    given[name] = type === 'boolean' ? value === true : type === 'list' ? (value ?? []) : value
  }
  return given as ArgumentValues<ArgumentTable>
}

/** One value of two would be lost without a word. What takes several collects them, and to say yes twice is no harm. */
function refuseTwice(program: Command): void {
  const given = new Set<string>()
  forEach(program, (each) => {
    for (const option of each.options) {
      if (!option.required || lists.has(option)) continue
      each.on(`option:${option.name()}`, () => {
        if (given.has(option.name())) throw usageFailure(`--${option.name()} stands twice, and takes one value`)
        given.add(option.name())
      })
    }
  })
}

/** The options that take several values. */
const lists = new WeakSet<Option>()

const wordValues = ({ args }: CliCommand, own: Command) =>
  ({ [Object.keys(args)[0]!]: own.args }) as ArgumentValues<ArgumentTable>

function forEach(command: Command, visit: (command: Command) => void): void {
  visit(command)
  for (const inner of command.commands) forEach(inner, visit)
}

/** `error: unknown option '--foo'\n(Did you mean --folder?)` → `unknown option '--foo'; did you mean --folder?` */
const reasonOf = ({ message }: CommanderError) =>
  message
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .replace(/\n\(Did you mean (.+)\)$/, '; did you mean $1')
