import type { Json } from '@heddle/core'
import { callOptions, exitCodes, kebab, type OptionTable } from '@heddle/serve'
import { version } from '../commands/version.ts'
import type { ArgumentTable, CliCommand } from './cli-command.ts'
import { outputOptions, toolOptions } from './tool-options.ts'

/** Everything that `help` says, for programs: completions, documents and wrappers are made of it. */
export function helpDocument(commands: readonly CliCommand[]): Json {
  return {
    name: 'heddle',
    version,
    options: optionList({ ...toolOptions, ...outputOptions }),
    commands: commands.map(({ name, summary, example, args }) => ({
      name,
      summary,
      example,
      arguments: argumentList(args),
      // The flags of a call come from its command's input; these stand beside them.
      ...(name === 'call' ? { options: optionList(callOptions) } : {}),
    })),
    exitCodes: Object.values(exitCodes),
  }
}

const optionList = (table: OptionTable): Json =>
  Object.entries(table).map(([name, { type, summary, value, choices, short }]) => ({
    name: `--${kebab(name)}`,
    type,
    summary,
    ...(value === undefined ? {} : { value }),
    ...(choices === undefined ? {} : { choices }),
    ...(short === undefined ? {} : { short: `-${short}` }),
  }))

const argumentList = (table: ArgumentTable): Json =>
  Object.entries(table).map(([name, argument]) => {
    const isFlag = argument.type !== 'positional' && argument.type !== 'words'
    return {
      name: isFlag ? `--${kebab(name)}` : kebab(name),
      type: argument.type,
      summary: argument.summary,
      ...(argument.type === 'positional' ? { required: !argument.optional } : {}),
      ...('value' in argument ? { value: argument.value } : {}),
      ...('choices' in argument && argument.choices !== undefined ? { choices: argument.choices } : {}),
      ...('default' in argument && argument.default !== undefined ? { default: argument.default } : {}),
    }
  })
