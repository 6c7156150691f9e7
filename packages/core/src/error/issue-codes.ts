import { type ErrorFacts, systemErrors, type SystemCode } from './codes.ts'

/** Zod's issue codes and the error codes that stand for them. Error codes are a public contract; Zod's are not. */
const codes = {
  invalid_type: 'InvalidType',
  invalid_format: 'InvalidString',
  invalid_value: 'InvalidValue',
  too_small: 'TooSmall',
  too_big: 'TooBig',
  not_multiple_of: 'NotMultipleOf',
  unrecognized_keys: 'UnrecognizedKeys',
  invalid_union: 'InvalidUnion',
  invalid_key: 'InvalidKey',
  invalid_element: 'InvalidElement',
  custom: 'Invalid',
} as const satisfies Record<string, SystemCode>

/** The error code of what a type says about a value. */
export type InputCode = (typeof codes)[keyof typeof codes]

/** An error code with its facts. */
interface InputError {
  readonly code: InputCode
  readonly facts: ErrorFacts
}

const byIssue = new Map<string, InputError>(
  Object.entries(codes).map(([issue, code]) => [issue, { code, facts: systemErrors[code] }]),
)
const unknownIssue = byIssue.get('custom')!

/** The error for an issue of Zod; a code that a refinement made up itself is `Invalid`. */
export const errorOfIssue = (issue: string): InputError => byIssue.get(issue) ?? unknownIssue
