import { callOptions, kebab, type OptionTable, tokenize, usageFailure } from '@heddle/serve'
import type { ToolValues } from './session.ts'
import { toolOptions } from './tool-options.ts'

/** The words after `heddle call`, taken apart before the app is known. */
export interface CallWords {
  /** Missing when only options were given. */
  readonly name: string | undefined
  /** Everything but the name. */
  readonly argv: readonly string[]
  /** Options of the tool among the flags: they say which app is meant. */
  readonly values: ToolValues
  readonly help: boolean
}

const reserved: OptionTable = { ...callOptions, ...toolOptions }
const byName = new Map(Object.entries(reserved).map(([name, option]) => [kebab(name), option]))

/**
 * Finds the command's name and the tool's options among the words of a call. Flags before the name must be options:
 * those of the command are only known once its name is.
 *
 * @throws {Failure} InvalidUsage
 */
export function readCallWords(words: readonly string[]): CallWords {
  let at = 0
  while (at < words.length && words[at]!.startsWith('-')) {
    const [token] = tokenize([words[at]!])
    const option = token?.flag === undefined ? undefined : optionOf(token.flag)
    if (!option) throw usageFailure(`the name of the command comes before ${words[at]}`)
    at += option.type === 'boolean' || token?.value !== undefined ? 1 : 2
  }
  const tokens = tokenize(words)
  return {
    name: words[at],
    argv: words.filter((_, index) => index !== at),
    values: toolValuesIn(words),
    help: tokens.some(({ flag }) => flag === 'help' || flag === 'h'),
  }
}

const optionOf = (flag: string) => (flag === 'h' ? callOptions.help : byName.get(kebab(flag)))

/** The tool's options among words. */
export function toolValuesIn(words: readonly string[]): ToolValues {
  const tokens = tokenize(words)
  const values: Record<string, unknown> = {}
  for (const [name, { type }] of Object.entries(toolOptions)) {
    const given = tokens.flatMap(({ flag, value }, index) => {
      if (flag === undefined || kebab(flag) !== kebab(name)) return []
      return type === 'boolean' ? ['yes'] : [value ?? tokens[index + 1]?.value ?? '']
    })
    if (given.length === 0) continue
    values[name] = type === 'boolean' ? true : type === 'list' ? given : given.at(-1)
  }
  return values
}
