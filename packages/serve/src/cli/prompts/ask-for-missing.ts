import type { CommandSection, Schema } from '@heddle/core'
import { type Flag, flagsOf, kebab } from '../flags.ts'
import type { Io } from '../io.ts'
import type { JsonSchema } from '../json-schema.ts'
import type { callOptions, OptionTable, OptionValues } from '../options.ts'
import { parseArguments } from '../parse-arguments.ts'
import { problemOf } from './problem-of.ts'

/** What is known of a call before anything is asked. */
export interface Asking {
  readonly section: CommandSection
  /** The type of the input; only wanted where something is asked. */
  readonly type: () => Schema
  readonly argv: readonly string[]
  readonly table: OptionTable
  readonly io: Io
  readonly signal?: AbortSignal
}

/**
 * Asks the person at the terminal for the required flags that are missing, and gives the answers back as flags. Nobody
 * is asked where there is no terminal, with `--no-input`, or where the whole input comes from elsewhere.
 *
 * @throws {Failure} InvalidUsage, Cancelled
 */
export async function askForMissing({ section, type, argv, table, io, signal }: Asking): Promise<string[]> {
  if (!io.terminal) return []
  const input = section.input as JsonSchema
  const { options, assignments } = parseArguments(argv, input, table)
  const { help, noInput, input: whole, stdin } = options as OptionValues<typeof callOptions>
  if (help || noInput || whole !== undefined || stdin) return []
  const given = assignments.map(({ path }) => path)
  const missing = flagsOf(input, new Set(Object.keys(table).map(kebab))).filter(
    (flag) => flag.required && !given.some((path) => isAtOrAround(path, flag.path)),
  )
  if (missing.length === 0) return []
  const { ask } = await import('./ask.ts')
  const words: string[] = []
  for (const flag of missing) {
    const answers = await ask(flag, { ...io.terminal, signal, problem: (text) => problemOf(type(), flag, text) })
    for (const answer of answers) words.push(`--${flag.name}=${answer}`)
  }
  return words
}

/** Whether a place lies in, at or around another one. */
const isAtOrAround = (path: readonly (string | number)[], other: Flag['path']) =>
  path.every((segment, index) => index >= other.length || String(segment) === other[index])
