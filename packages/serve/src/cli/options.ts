import type { CommandSection } from '@heddle/core'
import { laterOf } from '../called-later.ts'

/** A flag of the command line itself, beside those of a command's input. */
export interface Option {
  readonly type: 'text' | 'boolean' | 'list'
  readonly summary: string
  /** What stands for the value in help, e.g. `FILE`. */
  readonly value?: string
  readonly choices?: readonly string[]
  /** One letter, e.g. `h`. */
  readonly short?: string
}

/** Options of a command line by their names in camel case; typed in kebab case. */
export type OptionTable = Readonly<Record<string, Option>>

/** What was given for the options of a table. */
export type OptionValues<Table extends OptionTable> = {
  [Name in keyof Table]?: Table[Name]['type'] extends 'boolean'
    ? boolean
    : Table[Name]['type'] extends 'list'
      ? string[]
      : string
}

/** The options of every call over the command line. */
export const callOptions = {
  input: { type: 'text', value: 'JSON', summary: 'The whole input as JSON; flags beside it win' },
  stdin: { type: 'boolean', summary: 'Read the input from standard input' },
  stdinFormat: { type: 'text', value: 'FORMAT', choices: ['json', 'yaml'], summary: 'What standard input holds' },
  format: {
    type: 'text',
    value: 'FORMAT',
    choices: ['table', 'json', 'yaml'],
    summary: 'table for people; json and yaml print the outcome',
  },
  json: { type: 'boolean', summary: 'Short for --format json' },
  select: { type: 'text', value: 'FIELDS', summary: 'Only these fields of each record, e.g. name,address.city' },
  entityDepth: {
    type: 'text',
    value: 'N',
    summary: 'Records as 0 their keys, 1 themselves, 2 and more with what they are associated with',
  },
  as: {
    type: 'text',
    value: 'PRINCIPAL',
    summary: 'Call as this principal, with what its roles give it, instead of the local operator, who may do all',
  },
  may: {
    type: 'list',
    value: 'PERMISSION',
    summary: 'A permission that --as has instead of those of its roles; give it once for each',
  },
  stranger: { type: 'boolean', summary: 'Call as nobody: only what is public is open' },
  tenant: { type: 'text', value: 'NAME', summary: 'Call in this tenant' },
  noInput: { type: 'boolean', summary: 'Ask for nothing, even on a terminal' },
  key: { type: 'text', value: 'KEY', summary: 'Idempotency key: a repeated call runs once and answers the same' },
  timeout: { type: 'text', value: 'DURATION', summary: 'Give up after this time, e.g. 250ms or 2s' },
  help: { type: 'boolean', short: 'h', summary: 'Say what the command takes' },
} as const satisfies OptionTable

/** The option of a call whose work goes on after it has answered. */
const waitOption = {
  wait: {
    type: 'boolean',
    summary: 'Wait for the outcome of the run that it starts; --timeout ends the wait, not the run',
  },
} as const satisfies OptionTable

/** The option of a call that gives a file. */
const outOption = {
  out: { type: 'text', value: 'FILE', summary: 'Write the file that it gives to this place' },
} as const satisfies OptionTable

/** The options of a call of a command that is served for later. */
const laterOptions = {
  later: { type: 'boolean', summary: 'Call it as a job, and answer at once with its run' },
  at: {
    type: 'text',
    value: 'TIME',
    summary: 'Call it as a job, not before this time, e.g. 2026-11-01T08:00:00Z or 2026-11-01',
  },
  delay: {
    type: 'text',
    value: 'DURATION',
    summary: 'Call it as a job, not before this time has passed, e.g. 2s or 7d',
  },
  priority: { type: 'text', value: '0..9', summary: 'Of a job: greater ones go first; 5 where it is left out' },
} as const satisfies OptionTable

/** What a command line says about waiting for what is begun, and about when and how a command is called later. */
export type BegunValues = OptionValues<typeof waitOption & typeof laterOptions & typeof outOption>

/** The options of a call of one of an app's commands. */
export function callOptionsFor(
  section: CommandSection,
  commands: Readonly<Record<string, CommandSection>>,
): OptionTable {
  const later = laterOf(section, commands)
  return {
    ...callOptions,
    ...((section.begins ?? later) && waitOption),
    ...(later && laterOptions),
    ...(isFileOutput(section) && outOption),
  }
}

/** Whether what a command gives is a file. */
export const isFileOutput = ({ output }: CommandSection): boolean => 'x-file' in output
