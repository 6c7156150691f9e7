import { type CommandSection, Failure, systemErrors } from '@heddle/core'
import { kebab } from './flags.ts'
import { didYouMean, suggest } from './suggest.ts'

/**
 * Finds a command by its full name, or by any writing of it that fits only one: `FindFlights`, `find-flights`,
 * `flights.find-flights`.
 *
 * @throws {Failure} UnknownCommand, with the nearest names
 */
export function findCommand(typed: string, commands: Readonly<Record<string, CommandSection>>): CommandSection {
  if (Object.hasOwn(commands, typed)) return commands[typed]!
  const names = Object.keys(commands)
  const plain = kebab(typed)
  const full = names.filter((name) => kebab(name) === plain)
  const short = full.length > 0 ? full : names.filter((name) => kebab(name.slice(name.lastIndexOf('.') + 1)) === plain)
  if (short.length === 1) return commands[short[0]!]!
  const hint = short.length > 1 ? `; it can be ${short.join(' or ')}` : didYouMean(suggest(typed, names))
  const message = `There is no command "${typed}"${hint}${hint.endsWith('?') ? '' : '.'}`
  throw new Failure('UnknownCommand', { name: typed }, systemErrors.UnknownCommand, [], undefined, message)
}
