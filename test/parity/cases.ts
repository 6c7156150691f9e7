import type { CommandSection, JsonSchema, Manifest } from '@heddle/core'
import type { Caller } from './principals.ts'
import type { Prepared } from './subject.ts'

/** One call, made over every surface. */
export interface Case {
  readonly command: string
  /** What should come of it: `success`, the code of an error, or `asRuled`. */
  readonly outcome: string
  readonly input: unknown
  readonly as: Caller
  readonly timeoutMs?: number
  /** The call before is made again, under its key. */
  readonly isRepeated?: true
  /** The caller leaves when the body would begin. */
  readonly leaves?: true
}

/** What comes of a call when code decides who may make it. */
export const asRuled = 'as the rule decides'

/** Long enough for a call to come to its body on a busy machine; if it does not, the outcome is the same. */
const timeoutMs = 150

/** The sections of the commands of an app, queries first: what they tell does not depend on what others do. */
export function sectionsOf({ parts }: Manifest): CommandSection[] {
  const sections = Object.values(parts.command ?? {}) as unknown as CommandSection[]
  return [...sections.filter(({ kind }) => kind === 'query'), ...sections.filter(({ kind }) => kind !== 'query')]
}

/** Sentences about commands that do not show what is needed to call them into each of their outcomes. */
export function missingExamples(sections: readonly CommandSection[]): string[] {
  return sections.filter(isOfApp).flatMap(({ name, errors, examples, errorExamples = {} }) => [
    ...(examples.length === 0 ? [`${name} has no example: list an input that succeeds in its \`examples\`.`] : []),
    ...Object.keys(errors)
      .filter((code) => !Object.hasOwn(errorExamples, code))
      .map((code) => `${name} has no example of ${code}: give an input that fails with it in its \`errorExamples\`.`),
  ])
}

/** The calls that are made of a command. Heddle's own commands have no examples; what needs none is called all the same. */
export function casesOf(section: CommandSection, { fill }: Prepared = {}): Case[] {
  const { name: command, access } = section
  const example = section.examples[0] as Fields | undefined
  const call = (outcome: string, as: Caller, given: Fields = example ?? {}, more: Partial<Case> = {}): Case => ({
    command,
    outcome,
    input: filled(given, fill?.(command, outcome, given)),
    as,
    ...more,
  })
  if (access === 'closed') return [call('Denied', 'teller'), call('Unauthenticated', 'stranger')]
  // What has no fields cannot have one too many.
  const mistaken = Array.isArray(example) ? 'InvalidType' : 'UnrecognizedKeys'
  const unknownField = Array.isArray(example) ? [...(example as unknown[]), {}] : { ...example, unknownField: 1 }
  const calls =
    access === 'public'
      ? [call(mistaken, 'stranger', unknownField as Fields)]
      : access === 'rule'
        ? [call(asRuled, 'weak'), call(asRuled, 'stranger')]
        : [call('Denied', 'weak'), call('Unauthenticated', 'stranger')]
  calls.push(call(mistaken, 'teller', unknownField as Fields))
  if (needsFields(section)) calls.push({ ...call('InvalidType', 'teller'), input: {} })
  if (!example) return calls
  return [
    ...calls,
    call('DeadlineExceeded', 'late', example, { timeoutMs }),
    call('Cancelled', 'leaving', example, { leaves: true }),
    call('Internal', 'clumsy'),
    ...failingCases(section, { fill }),
    call('success', 'teller'),
    // Under the same key it is the same call: a second account would not be unique, a second run would have another id.
    ...(section.kind === 'query' ? [] : [call('success', 'teller', example, { isRepeated: true })]),
  ]
}

/** A call for each declared error. */
export const failingCases = ({ name, errorExamples = {} }: CommandSection, { fill }: Prepared): Case[] =>
  Object.entries(errorExamples).map(([code, given]) => ({
    command: name,
    outcome: code,
    input: filled(given as Fields, fill?.(name, code, given as Fields)),
    as: 'teller',
  }))

const filled = (given: Fields, fields: object = {}): unknown => (Array.isArray(given) ? given : { ...given, ...fields })

type Fields = Readonly<Record<string, unknown>>

const needsFields = ({ input }: CommandSection): boolean =>
  ((input as JsonSchema).required as unknown[] | undefined)?.length !== undefined

/** Heddle's own commands look after the app; they are not of it. */
const isOfApp = ({ domain }: CommandSection) => domain !== 'heddle'
