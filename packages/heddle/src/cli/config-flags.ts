import { kebab } from '@heddle/serve'
import type { CliCommand } from './cli-command.ts'
import { outputOptions, toolOptions } from './tool-options.ts'

/** A command line whose flags for the configuration were taken out. */
export interface SplitFlags {
  readonly argv: readonly string[]
  /** `name=value` each, in their order. */
  readonly flags: readonly string[]
}

/**
 * Takes out of a command line what is no option of the tool, where its command lets the values of the app's configuration be
 * given as flags. Whether the configuration has such a value is known once the app is.
 */
export function splitFlags(argv: readonly string[], commands: readonly CliCommand[]): SplitFlags {
  const kept: string[] = []
  const flags: string[] = []
  let command: CliCommand | undefined
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!
    if (word === '--') return { argv: [...kept, ...argv.slice(at)], flags }
    if (!word.startsWith('--')) {
      command ??= commands.find(({ name }) => name === word)
      if (command?.configFlags !== true) return { argv, flags: [] }
      kept.push(word)
      continue
    }
    const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? []
    const next = argv[at + 1]
    const isKnown = optionsOf(command).get(kebab(name))
    if (isKnown) {
      kept.push(word)
      if (isKnown.type !== 'boolean' && value === undefined && next !== undefined) kept.push(argv[++at]!)
    } else if (!command) return { argv, flags: [] }
    else if (value !== undefined) flags.push(`${name}=${value}`)
    else if (next === undefined || next.startsWith('--')) flags.push(`${name}=true`)
    else flags.push(`${name}=${argv[++at]!}`)
  }
  return { argv: kept, flags }
}

/** Whether an option takes a value, by its name. */
function optionsOf(command: CliCommand | undefined): ReadonlyMap<string, { readonly type: string }> {
  const table = { ...toolOptions, ...(command && outputOptions), ...command?.args, help: { type: 'boolean' } }
  return new Map(Object.entries(table).map(([name, option]) => [kebab(name), option]))
}
